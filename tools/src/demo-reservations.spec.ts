import { describe, expect, it } from '@jest/globals';
import { QuoteRequest, RefundRules, Reservation } from '@refundry/contracts';
import { read } from '@refundry/resource';
import { demoQuote, demoReservations } from './demo-reservations.js';

const now = Date.parse('2027-03-10T15:20:00Z');
const { rules, reservations } = demoReservations(now);

describe('the demo reservations', () => {
  it('are as the API takes them', () => {
    expect(rules.map((one) => read(RefundRules, one).name)).toEqual(['Domestic flights', 'Hotels by nights']);
    expect(reservations.map(([, one]) => read(Reservation, one).service)).toEqual(
      expect.arrayContaining(['flight', 'hotel', 'train']),
    );
    expect(reservations.map(([id]) => String(id))).toContain(read(QuoteRequest, demoQuote).reserve_id);
    expect(new Set(reservations.map(([id]) => id)).size).toBe(reservations.length);
  });

  it('start as long from now as they did yesterday', () => {
    const [yesterday, today] = [now - 24 * 60 * 60_000, now].map((moment) =>
      demoReservations(moment).reservations.map(
        ([, one]) => Date.parse((one as { starts_at: string }).starts_at) - moment,
      ),
    );
    expect(today).toEqual(yesterday);
  });
});
