import { restRefusal, type FamilyDescription } from '../family-description.js';

const wordOf = (scope: string): string => scope.slice(scope.indexOf(':') + 1);

export const retailDescription: FamilyDescription = {
  title: 'Retail',
  description: 'Of the ERPs: `Authorization: Bearer …`, with a token got for a password (OAuth 2.0).',
  securitySchemes: (publicBase) => {
    const url = `${publicBase}/api/o/token/`;
    return {
      retailOAuth: {
        type: 'oauth2',
        flows: {
          password: { tokenUrl: url, refreshUrl: url, scopes: { read: 'Read everything', write: 'Save and remove' } },
        },
      },
    };
  },
  security: (scope) => ({ retailOAuth: [wordOf(scope)] }),
  refusal: restRefusal,
  endsInSlash: true,
};
