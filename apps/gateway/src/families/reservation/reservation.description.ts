import { numberOfFailure, reservationErrors } from '@refundry/contracts';
import type { FailureCode } from '@refundry/errors';
import type { JsonSchema } from '@refundry/resource';
import { fieldErrors, objectSchema, type FamilyDescription, type SharedSchemas } from '../family-description.js';

const meta = (schemas: SharedSchemas): JsonSchema =>
  schemas.schema('Meta', () =>
    objectSchema({ timestamp: { type: 'integer', description: 'When it was answered, in seconds since 1970' } }),
  );

const reservationRefusal = (schemas: SharedSchemas): JsonSchema =>
  schemas.schema('ReservationError', () =>
    objectSchema(
      {
        error: objectSchema(
          {
            code: {
              type: 'integer',
              enum: Object.keys(reservationErrors).map(Number),
              description: '`GET errors` says what it means.',
            },
            fields: fieldErrors(schemas),
            of: { type: 'string', description: 'Of 3015: the kind of resource that `state` is of.' },
            state: { type: 'string', description: 'Of 3015: its present state.' },
            possible: {
              type: 'array',
              items: { type: 'string' },
              description: 'Of 3015: the states that it can go to from there.',
            },
          },
          ['code'],
        ),
        payload: {
          type: 'object',
          description: 'What the caller is told beside the refusal: of 4001 the new quote.',
          additionalProperties: true,
        },
        meta: meta(schemas),
      },
      ['error', 'meta'],
    ),
  );

function refusalText(code: FailureCode): string {
  if (code === 'not_authenticated') return '2001 to 2009: The token or the domain is refused.';
  const number = numberOfFailure[code] ?? 5000;
  return `${number}: ${reservationErrors[number]?.en ?? ''}`;
}

export const reservationDescription: FamilyDescription = {
  title: 'Reservation',
  description:
    'Of the travel agencies: `Authorization: Bearer …` with a token that the client signs, beside `Domain`. ' +
    'Errors are numbers; `GET errors` says what they mean.',
  securitySchemes: () => ({
    reservationToken: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description:
        "A token signed with HS256 and the account's organisation token. Only `exp` is required, at most seven " +
        'days ahead.',
    },
    reservationDomain: {
      type: 'apiKey',
      in: 'header',
      name: 'Domain',
      description: 'The registered domain that the client speaks for.',
    },
  }),
  security: (scope) => ({ reservationToken: [scope], reservationDomain: [] }),
  refusal: (_status, schemas) => reservationRefusal(schemas),
  refusalText,
  wrap: (schema, schemas) => objectSchema({ payload: schema, meta: meta(schemas) }),
  wrapExample: (payload) => ({ payload, meta: { timestamp: 1_700_000_000 } }),
  endsInSlash: false,
};
