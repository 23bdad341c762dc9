import { isUtf8 } from 'node:buffer';
import { Failure } from '@refundry/errors';
import type { Dialect } from '../dialect.js';
import { oauthErrors } from './oauth-errors.js';
import { oauthDescription } from './oauth.description.js';

const basic = /^basic[ \t]+([A-Za-z0-9+/]+=*)[ \t]*$/i;
const isBasic = /^basic(?![^ \t])/i;

/**
 * Token requests are answered as OAuth 2.0 does (RFC 6749); its client's credentials are in the body, or in HTTP Basic
 * authentication.
 */
export const oauth: Dialect = {
  base: '/api/o/',
  otherBases: [],
  pathPrefix: '/api/o/',
  challenge: 'Basic realm="api"',
  credentials: null,

  clientOf({ authorization }) {
    // Any other scheme is nothing that a client authenticates itself with here: a bearer's header goes along with all
    // it sends.
    if (authorization === undefined || !isBasic.test(authorization)) return undefined;
    const bytes = Buffer.from(basic.exec(authorization)?.[1] ?? '', 'base64');
    const [, id, secret] = /^([^:]*):(.*)$/s.exec(bytes.toString()) ?? [];
    if (id === undefined || secret === undefined || !isUtf8(bytes))
      throw new Failure('invalid_client', 'The Authorization header could not be read.');
    return { id: formDecoded(id), secret: formDecoded(secret) };
  },

  render: ({ code, status, text, fields }) => ({
    error: oauthErrors.includes(code) ? code : status < 500 ? 'invalid_request' : 'server_error',
    error_description: fields ? JSON.stringify(fields) : text,
  }),

  description: oauthDescription,
  isAlwaysJson: false,
  suffixes: [],
  showsPagesToBrowsers: false,
  ignoresCase: false,
};

/** Both are form-encoded before they are joined (RFC 6749 §2.3.1); many clients don't. */
const formDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    return text;
  }
};
