import { numberOfFailure } from '@refundry/contracts';
import { Failure, invalid } from '@refundry/errors';
import { numberOfRefusal } from './credential-refusal.js';
import { signedTokens } from './signed-tokens.js';
import type { Dialect } from '../dialect.js';
import { reservationDescription } from './reservation.description.js';

const anyError = 5000;

/** The end of every answer: when it was made, in seconds since 1970. */
const meta = (): { timestamp: number } => ({ timestamp: Math.floor(Date.now() / 1000) });

/**
 * The reservation clients, who sign their requests themselves, get what they asked for and errors by number in one
 * envelope.
 */
export const reservation: Dialect = {
  base: '/api/reservation/v1/',
  otherBases: ['/api/reservation/1/'],
  pathPrefix: '/api/reservation/',
  challenge: 'Bearer',
  credentials: signedTokens,

  render: (failure) => ({
    error: {
      code: numberOfRefusal(failure) ?? numberOfFailure[failure.code] ?? anyError,
      ...(failure.fields && { fields: failure.fields }),
      ...failure.present,
    },
    ...(failure.payload && { payload: failure.payload }),
    meta: meta(),
  }),

  // A 404 says that the URL is wrong, and nothing else.
  errorOverrides: {
    not_found: new Failure('unknown_row'),
    invalid_page: invalid({ page: ['Invalid page.'] }),
    invalid_cursor: invalid({ cursor: ['Invalid cursor'] }),
  },

  wrap: (answer) =>
    Buffer.concat([Buffer.from('{"payload":'), answer, Buffer.from(`,"meta":${JSON.stringify(meta())}}`)]),

  crossOriginHeaders: 'Authorization, Content-Type, Domain, Idempotency-Key',
  description: reservationDescription,
  isAlwaysJson: true,
  suffixes: [],
  showsPagesToBrowsers: false,
  ignoresCase: false,
};
