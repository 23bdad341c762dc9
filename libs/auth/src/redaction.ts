const redacted = '[Redacted]';

/** API keys, OAuth tokens and client secrets are 40 hexadecimal digits, organisation tokens 64. */
const drawnSecret = /[0-9a-f]{40,}/gi;
/** RFC 7519, signed or cut off. */
const signedToken = /eyJ[\w-]{8,}(?:\.[\w-]*)*/g;
/** A credential behind the name of its scheme, as in `Authorization`. */
const schemeAndCredential = /\b(token|bearer|basic)(?:[\s+:]+|%20)[^\s/?&;]+/gi;
/** The value of a parameter that is named as a secret. The name is bounded, so that no text takes long. */
const namedSecret = /((?:token|password|passwd|secret|authorization|api[_-]?key|jwt)[\w.-]{0,32}=)[^&;\s]*/gi;

/** A text without what looks like a credential: one of our keys' forms, or whatever is named as one. */
export const redactCredentials = (text: string): string =>
  text
    .replace(namedSecret, `$1${redacted}`)
    .replace(schemeAndCredential, `$1 ${redacted}`)
    .replace(signedToken, redacted)
    .replace(drawnSecret, redacted);

/** Beyond this number of percent-encodings of one another nobody reads a path. */
const maxDecodings = 3;

/** A request's path, without the segments that look like a credential in any of its percent-encodings. */
export const redactPath = (path: string): string => path.split('/').map(redactSegment).join('/');

function redactSegment(segment: string): string {
  let text = segment;
  for (let decodings = 0; decodings <= maxDecodings; decodings += 1) {
    if (redactCredentials(text) !== text) return decodings === 0 ? redactCredentials(text) : redacted;
    if (!text.includes('%')) break;
    text = decoded(text);
  }
  return segment;
}

/** A byte in each character: no text is needed, only the ASCII in it. */
const decoded = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
