import type { JsonSchema } from '@refundry/resource';
import { objectSchema, type FamilyDescription, type SharedSchemas } from '../family-description.js';
import { oauthErrors } from './oauth-errors.js';

const oauthRefusal = (schemas: SharedSchemas): JsonSchema =>
  schemas.schema('OAuthError', () =>
    objectSchema({
      error: { type: 'string', enum: [...oauthErrors, 'server_error'] },
      error_description: { type: 'string' },
    }),
  );

export const oauthDescription: FamilyDescription = {
  title: 'OAuth',
  description: 'Where the retail family gets its tokens (RFC 6749).',
  securitySchemes: () => ({}),
  security: () => ({}),
  refusal: (_status, schemas) => oauthRefusal(schemas),
  endsInSlash: true,
};
