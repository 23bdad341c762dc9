import { describe, expect, it } from '@jest/globals';
import { compareReservations, type ExpectedReservation, type StoredReservation } from './expected-reservations.js';

const penalty = 30;
const refundIn = (status: string, others: object = {}): StoredReservation['refunds'][number] => ({
  id: 7,
  status,
  passengers: 2,
  penalty,
  ...others,
});
const stored = (changes: Partial<StoredReservation> = {}): StoredReservation => ({
  id: 1,
  passengers: 2,
  status: 'refund',
  refunds: [refundIn('approved')],
  ...changes,
});
const reservation: ExpectedReservation = {
  id: 1,
  service: 'flight',
  passengers: 2,
  penalty,
  refunds: [],
  told: [],
};
const expectedIn = (...states: string[]): ExpectedReservation => ({
  ...reservation,
  refunds: [{ id: 7, passengers: 2, penalty, states }],
});
const refunded = expectedIn('requested', 'approved');
const parted: ExpectedReservation = {
  ...reservation,
  refunds: [7, 8].map((id) => ({ id, passengers: 1, penalty: 15, states: ['requested'] })),
};
const parts = [7, 8].map((id) => refundIn('requested', { id, passengers: 1, penalty: 15 }));

describe('reservations as clients know them, compared with those that are found', () => {
  it.each([
    ['as it was acknowledged', refunded, [stored()], []],
    [
      'rejected, and confirmed again',
      expectedIn('requested', 'rejected'),
      [stored({ status: 'confirmed', refunds: [refundIn('rejected')] })],
      [],
    ],
    ['given back in parts', parted, [stored({ refunds: parts })], []],
    ['given back in parts, and confirmed', parted, [stored({ status: 'confirmed', refunds: parts })], ['lost']],
    ['given back in parts, of which one is lost', parted, [stored({ refunds: parts.slice(1) })], ['lost']],
    ['not there', refunded, [], ['lost']],
    ['there without its refund', refunded, [stored({ status: 'confirmed', refunds: [] })], ['lost']],
    ['there with a refund in a former state', refunded, [stored({ refunds: [refundIn('requested')] })], ['lost']],
    [
      'as it was before it was changed',
      { ...reservation, passengers: 3 },
      [stored({ status: 'confirmed', refunds: [] })],
      ['lost'],
    ],
    [
      'given back twice',
      refunded,
      [stored({ refunds: [refundIn('approved'), refundIn('requested', { id: 8 })] })],
      ['doubled'],
    ],
    ['charged twice', refunded, [stored({ refunds: [refundIn('approved', { penalty: 2 * penalty })] })], ['lost']],
    ['given back, which nobody was told of', reservation, [stored()], ['phantom']],
  ] as [string, ExpectedReservation, StoredReservation[], string[]][])(
    'are judged when one is %s',
    (_what, expected, found, kinds) => {
      expect(compareReservations([expected], found).map(({ kind }) => kind)).toEqual(kinds);
    },
  );
});
