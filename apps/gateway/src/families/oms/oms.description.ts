import { restRefusal, type FamilyDescription } from '../family-description.js';

export const omsDescription: FamilyDescription = {
  title: 'OMS',
  description: "Of the shops' back offices: `Authorization: Token …`.",
  securitySchemes: () => ({
    omsToken: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description: 'The word `Token`, a space, and the API key of the account.',
    },
  }),
  security: (scope) => ({ omsToken: [scope] }),
  refusal: restRefusal,
  endsInSlash: true,
};
