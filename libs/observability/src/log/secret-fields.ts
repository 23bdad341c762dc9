/** Fields whose values stand in no log, whatever holds them. */
const names = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'password',
  'sealed_password',
  'secret',
  'client_secret',
  'key',
  'token',
  'access_token',
  'refresh_token',
  'organisation_token',
  'jwt',
];

/** How deep in an object they are found: an error's cause may hold a request that holds headers. */
const deepest = 4;

/** As pino's paths, one for each depth: its wildcards stand for one step each. */
export const secretFields: readonly string[] = names.flatMap((name) =>
  Array.from({ length: deepest + 1 }, (_, depth) => `${'*.'.repeat(depth).slice(0, -1)}["${name}"]`),
);

const withPassword = /:\/\/([^\s/?#"@:]*):[^\s/?#"]*@/g;

/** A URL in an error's message may hold a password; whose it is may be known. */
export const withoutPasswords = (text: string): string =>
  text.includes('@') ? text.replace(withPassword, '://$1:[Redacted]@') : text;
