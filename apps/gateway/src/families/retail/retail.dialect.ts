import { Failure } from '@refundry/errors';
import { KeyScheme } from '../../credentials/key-scheme.js';
import type { Dialect } from '../dialect.js';
import { retailDescription } from './retail.description.js';

const bearer = /^bearer[ \t]+([A-Za-z0-9._~+/-]+=*)[ \t]*$/i;
const notAuthenticated = 'Authentication credentials were not provided.';

/** The retail clients speak to Django REST framework with bearer tokens (RFC 6750). */
export const retail: Dialect = {
  base: '/api/v1/',
  otherBases: [],
  pathPrefix: '/api/v1/',
  challenge: 'Bearer realm="api"',

  credentials: new KeyScheme({
    family: 'retail',
    unknownKey: 'Invalid token.',
    inactiveAccount: 'User inactive or deleted.',

    keyOf: ({ authorization = '' }) => {
      const [, key] = bearer.exec(authorization) ?? [];
      if (key === undefined) throw new Failure('not_authenticated', notAuthenticated);
      return key;
    },
  }),

  // Its document prints the sentence without its full stop.
  render: (failure) => failure.fields ?? { detail: failure.text === 'Not found.' ? 'Not found' : failure.text },

  description: retailDescription,
  isAlwaysJson: false,
  suffixes: ['json', 'api'],
  showsPagesToBrowsers: true,
  ignoresCase: true,
  pages: { scheme: 'Bearer', tokenPath: '/api/o/token/' },
};
