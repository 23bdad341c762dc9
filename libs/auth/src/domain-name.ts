import { isUtf8 } from 'node:buffer';

/** As DNS has it. */
const maxName = 253;

const scheme = /^[a-z][a-z0-9+.-]*:\/\//i;
/** However often it stands there; what is left has two labels at least, for `www.com` is a name of its own. */
const www = /^(?:www\.)+(?=[^.]+\.)/;

/**
 * The name of a site however one writes it: lower-cased, without scheme, port, path, `www.` or a dot at its end, in
 * ASCII (an internationalised name as punycode, as UTS 46 maps it).
 *
 * @returns undefined for a text that names no site
 */
export function domainName(text: string): string | undefined {
  const address = URL.parse(`http://${text.trim().replace(scheme, '')}`);
  // Of `bank.example@evil.example` a reader takes the wrong half for the name.
  if (address?.username !== '' || address.password !== '') return undefined;
  const name = address.hostname.replace(/\.+$/, '').replace(www, '');
  return name === '' || name.length > maxName ? undefined : name;
}

/** The same of a header, whose bytes Node reads as Latin-1 while clients send UTF-8. */
export const domainNameIn = (header: string): string | undefined => {
  const bytes = Buffer.from(header, 'latin1');
  return isUtf8(bytes) ? domainName(bytes.toString()) : undefined;
};
