import { describe, expect, it } from '@jest/globals';
import { compareReservations, type ExpectedReservation, type StoredReservation } from './expected-reservations.js';

const penalty = 30;
const refundIn = (status: string, id = 7, charged = penalty): StoredReservation['refunds'][number] => ({
  id,
  status,
  penalty: charged,
});
const stored = (changes: Partial<StoredReservation> = {}): StoredReservation => ({
  id: 1,
  passengers: 2,
  status: 'refund',
  refunds: [refundIn('approved')],
  ...changes,
});
const refunded: ExpectedReservation = { id: 1, passengers: 2, refund: { id: 7, states: ['requested', 'approved'] } };

describe('reservations as clients know them, compared with those that are found', () => {
  it.each([
    ['as it was acknowledged', refunded, [stored()], []],
    [
      'rejected, and confirmed again',
      { ...refunded, refund: { id: 7, states: ['requested', 'rejected'] } },
      [stored({ status: 'confirmed', refunds: [refundIn('rejected')] })],
      [],
    ],
    ['not there', refunded, [], ['lost']],
    ['there without its refund', refunded, [stored({ status: 'confirmed', refunds: [] })], ['lost']],
    ['there with a refund in a former state', refunded, [stored({ refunds: [refundIn('requested')] })], ['lost']],
    [
      'as it was before it was changed',
      { id: 1, passengers: 3 },
      [stored({ status: 'confirmed', refunds: [] })],
      ['lost'],
    ],
    [
      'given back twice',
      refunded,
      [stored({ refunds: [refundIn('approved'), refundIn('requested', 8)] })],
      ['doubled'],
    ],
    ['charged twice', refunded, [stored({ refunds: [refundIn('approved', 7, 2 * penalty)] })], ['lost']],
    ['given back, which nobody was told of', { id: 1, passengers: 2 }, [stored()], ['phantom']],
  ] as [string, ExpectedReservation, StoredReservation[], string[]][])(
    'are judged when one is %s',
    (_what, expected, found, kinds) => {
      expect(compareReservations([expected], found, penalty).map(({ kind }) => kind)).toEqual(kinds);
    },
  );
});
