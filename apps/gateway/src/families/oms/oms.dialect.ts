import { isUtf8 } from 'node:buffer';
import { Failure } from '@refundry/errors';
import { KeyScheme } from '../../credentials/key-scheme.js';
import type { Dialect } from '../dialect.js';
import { omsDescription } from './oms.description.js';

/** The bytes at which Python splits; a byte such as 0xA0 belongs to the key. */
const asciiSpace = /[ \t\n\v\f\r]+/;

const notAuthenticated = (text: string): Failure => new Failure('not_authenticated', text);

/** The OMS clients speak to Django REST framework with its token authentication. */
export const oms: Dialect = {
  base: '/api/v1/oms/',
  otherBases: [],
  pathPrefix: '/api/v1/oms/',
  challenge: 'Token',

  credentials: new KeyScheme({
    family: 'oms',
    unknownKey: 'Invalid token.',
    inactiveAccount: 'User inactive or deleted.',

    keyOf: ({ authorization = '' }) => {
      const [scheme, key, ...rest] = authorization.split(asciiSpace).filter((word) => word !== '');
      if (scheme?.toLowerCase() !== 'token') throw notAuthenticated('Authentication credentials were not provided.');
      if (key === undefined) throw notAuthenticated('Invalid token header. No credentials provided.');
      if (rest.length > 0) throw notAuthenticated('Invalid token header. Token string should not contain spaces.');
      // Node reads header bytes as Latin-1.
      if (!isUtf8(Buffer.from(key, 'latin1')))
        throw notAuthenticated('Invalid token header. Token string should not contain invalid characters.');
      return key;
    },
  }),

  render: (failure) => failure.fields ?? { detail: failure.text },

  description: omsDescription,
  isAlwaysJson: false,
  suffixes: [],
  showsPagesToBrowsers: false,
  ignoresCase: false,
  pages: { scheme: 'Token' },
};
