import type { Random } from '../random.js';
import { signedToken } from '../signed-token.js';
import type { Question, Reply } from './http-client.js';
import type { ExpectedRefund, ExpectedReservation } from './expected-reservations.js';
import { LoadClient, type LoadContext, type RetryPlan, type ConfirmedReply } from './load-client.js';

/** The signing key of a reservation client. */
export interface ReservationLogin {
  readonly domain: string;
  readonly organisationToken: string;
}

/** The events that lead from a request to where a refund stands. */
type Ways = readonly (keyof typeof verbs)[];

const verbs = {
  approved: 'approve',
  rejected: 'reject',
  paid: 'mark-paid',
  failed: 'mark-failed',
  withdrawn: 'withdraw',
} as const;
const ways: readonly Ways[] = [
  [],
  ['approved'],
  ['rejected'],
  ['withdrawn'],
  ['approved', 'paid'],
  ['approved', 'failed'],
  ['approved', 'failed', 'paid'],
];
/** Those that a release knows which knows nothing of passengers. */
const formerWays: readonly Ways[] = ways.filter((way) => !way.includes('withdrawn'));
const price = 10_000_000;
const quotedForMs = 7 * 24 * 60 * 60_000;
const pricings = ['by rules', 'by rules', 'by rules', 'waived', 'by hand'] as const;
/** The penalty of a whole reservation, by the rules. */
const penalty = 3_000_000;
const rules = { name: 'Flights', service: 'flight', tiers: [{ minutes_before: 0, percent: 30 }] };
const signedForSeconds = 3600;
/** Each client has a range of its own. */
const idsOfAClient = 1_000_000;

interface Refund {
  readonly id: number;
  readonly reserve_id: number;
  readonly status: string;
  readonly penalty: number;
}

/**
 * The behaviour of a travel agency: it tells of a reservation, asks what giving it back would cost, gives it back, all
 * passengers at once or one after the other, and moves the refunds on. An operator waives half of some penalties, and
 * prices by hand what no rule prices.
 */
export class ReservationsClient extends LoadClient {
  /** The reservations that it has told of, by their ids. */
  readonly expected = new Map<number, ExpectedReservation>();
  private lives = 0;

  /** @param place among the clients of an account, from 0; @param most how many reservations it remembers */
  constructor(
    name: string,
    context: LoadContext,
    private readonly login: ReservationLogin,
    private readonly place: number,
    private readonly maxExpected: number,
    private readonly isOfFormerRelease = false,
  ) {
    super(name, context);
  }

  /** The account's first client brings the rules. */
  static postRules(login: ReservationLogin): Question {
    return questionBy(login, 'POST', 'refund/rules', rules);
  }

  protected async operate(random: Random): Promise<void> {
    const kind = this.isOfFormerRelease ? 'by rules' : random.of(pricings);
    const reservation: ExpectedReservation = {
      id: idsOfAClient * (this.place + 1) + ++this.lives,
      service: kind === 'by hand' ? 'bus' : 'flight',
      passengers: 1,
      penalty,
      refunds: [],
      told: [],
    };
    this.remember(reservation);
    await this.tell(random, reservation);
    if (kind === 'by hand') await this.priceByHand(reservation);
    if (kind === 'waived') await this.waive(reservation);
    await this.ask(reservation);
    // What is open of a domain is bounded.
    if (kind === 'by hand' || random.below(8) > 0) await this.refund(random, reservation);
    await this.askStatus(reservation);
  }

  /** Asks an operator, who answers. */
  private async priceByHand(reservation: ExpectedReservation): Promise<void> {
    const { id: reserveId } = reservation;
    const { reply } = await this.retryUntilStatus('POST', 'refund/quotes', reservation, [200], {
      reserve_id: reserveId,
    });
    reservation.told.push('quote_requested');
    const { id } = payloadOf(reply) as { id: number };
    const answer = { penalty, valid_until: new Date(Date.now() + quotedForMs).toISOString() };
    await this.retryUntilStatus('POST', `refund/quotes/${id}/answer`, reservation, [200], answer);
    reservation.told.push('quoted');
  }

  private async waive(reservation: ExpectedReservation): Promise<void> {
    const { id } = reservation;
    const waiver = { reserve_id: id, code: 'airline_cancelled', percent_off: 50 };
    await this.retryUntilStatus('POST', 'refund/waivers', reservation, [200], waiver, {
      notNow: 409,
      headers: { 'idempotency-key': `waiver ${id}` },
    });
    reservation.penalty = penalty / 2;
    reservation.told.push('waived');
  }

  protected async verify(): Promise<void> {
    for (const reservation of [...this.expected.values()].slice(-5)) await this.askStatus(reservation);
  }

  private remember(reservation: ExpectedReservation): void {
    this.expected.set(reservation.id, reservation);
    const [oldest] = this.expected.keys();
    if (this.expected.size > this.maxExpected && oldest !== undefined) this.expected.delete(oldest);
  }

  /** Once or several times, each time with another number of passengers. */
  private async tell(random: Random, reservation: ExpectedReservation): Promise<void> {
    const times = random.between(1, 3);
    for (let passengers = 1, isSure = true; passengers <= times && isSure; passengers += 1) {
      const { wasUnsure } = await this.retryUntilStatus(
        'PUT',
        `reservations/${reservation.id}`,
        reservation,
        [200, 201, 204],
        { ...putOf(reservation), passengers },
      );
      reservation.passengers = passengers;
      // The attempt before may come late, and would undo the next.
      isSure = !wasUnsure;
    }
  }

  private async ask(reservation: ExpectedReservation): Promise<void> {
    const { reply } = await this.retryUntilStatus('GET', 'refund/procedure', reservation, [200], {
      reserve_id: reservation.id,
    });
    const quote = payloadOf(reply) as { reserve_id: number; price: number; penalty: number; diffrance: number };
    if (
      quote.reserve_id !== reservation.id ||
      quote.price !== price ||
      quote.penalty !== reservation.penalty ||
      quote.diffrance !== price - reservation.penalty
    )
      this.found('wrong answer', String(reservation.id), `giving it back would cost ${reply.text}`);
  }

  private async refund(random: Random, reservation: ExpectedReservation): Promise<void> {
    if (random.below(4) === 0)
      await this.retryUntilStatus('POST', 'refund/request', reservation, [409], {
        reserve_id: reservation.id,
        expected_penalty: reservation.penalty + 1,
      });
    const { service, passengers } = reservation;
    const isSplit = !this.isOfFormerRelease && service === 'flight' && passengers > 1 && random.below(2) === 0;
    const parts = isSplit ? Array.from({ length: passengers }, (_none, index) => index + 1) : [undefined];
    for (const passenger of parts) {
      const refund = await this.request(reservation, passenger);
      if (random.below(3) === 0) await this.requestAgain(reservation, refund, passenger);
      for (const to of random.of(this.isOfFormerRelease ? formerWays : ways)) await this.move(reservation, refund, to);
    }
  }

  /** @param passenger the only one that is given back; all, unless it is said */
  private async request(reservation: ExpectedReservation, passenger?: number): Promise<ExpectedRefund> {
    const wanted = wantedOf(reservation, passenger);
    const { reply } = await this.retryUntilStatus('POST', 'refund/request', reservation, [200], wanted, {
      notNow: 409,
      headers: keyOf(reservation, passenger),
    });
    const { id, reserve_id: reserveId, status, penalty: due } = payloadOf(reply) as Refund;
    if (reserveId !== reservation.id || status !== 'requested' || due !== wanted.expected_penalty)
      this.found('wrong answer', String(reservation.id), `the refund is ${reply.text}`);
    const passengers = passenger === undefined ? reservation.passengers : 1;
    const refund = { id, passengers, penalty: due, states: ['requested'] };
    reservation.refunds.push(refund);
    return refund;
  }

  private async requestAgain(
    reservation: ExpectedReservation,
    { id }: ExpectedRefund,
    passenger?: number,
  ): Promise<void> {
    const again = payloadOf(
      (
        await this.retryUntilStatus('POST', 'refund/request', reservation, [200], wantedOf(reservation, passenger), {
          headers: keyOf(reservation, passenger),
        })
      ).reply,
    ) as Refund;
    if (again.id !== id)
      this.found('doubled', String(reservation.id), `has refund ${id}, and ${again.id} when it was asked for again`);
  }

  private async move(reservation: ExpectedReservation, refund: ExpectedRefund, to: Ways[number]): Promise<void> {
    const { id, states } = refund;
    const { reply, wasUnsure } = await this.retryUntilStatus(
      'POST',
      `refund/${id}/${verbs[to]}`,
      reservation,
      [200, 409],
    );
    if (reply.status === 409 && !wasUnsure)
      this.found(
        'lost',
        String(reservation.id),
        `its refund ${id}, which is ${states.at(-1) ?? 'none'}, can't become ${to}`,
      );
    refund.states = [...states, to];
    if (reply.status === 409) await this.askStatus(reservation);
  }

  private async askStatus(reservation: ExpectedReservation): Promise<void> {
    const { id, refunds } = reservation;
    const refund = refunds.at(-1);
    const { reply } = await this.retryUntilStatus('GET', 'refund/status', reservation, [200, 422], { reserve_id: id });
    const found = reply.status === 200 ? (payloadOf(reply) as Refund) : undefined;
    if (refund && !found) this.found('lost', String(id), `its refund ${refund.id} is not there`);
    if (!refund && found) this.found('phantom', String(id), `has a refund ${found.id} that nobody asked for`);
    if (
      refund &&
      found &&
      (found.id !== refund.id || found.status !== refund.states.at(-1) || found.penalty !== refund.penalty)
    )
      this.found(
        'lost',
        String(id),
        `its refund is ${reply.text}, instead of ${refund.id}, ${refund.states.join(', ')}`,
      );
  }

  private retryUntilStatus(
    method: string,
    path: string,
    { id }: ExpectedReservation,
    expected: readonly number[],
    body?: object,
    { headers = {}, ...also }: Partial<Pick<RetryPlan, 'notNow'>> & { headers?: Readonly<Record<string, string>> } = {},
  ): Promise<ConfirmedReply> {
    const question = (): Question => questionBy(this.login, method, path, body, headers);
    return this.retryUntilExpected({
      operation: `${method} ${path}`,
      subject: String(id),
      question,
      expected,
      ...also,
    });
  }
}

function questionBy(
  { domain, organisationToken }: ReservationLogin,
  method: string,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Question {
  const credential = { domain, authorization: `Bearer ${signedToken(organisationToken, signedForSeconds)}` };
  return {
    method,
    path: `/api/reservation/v1/${path}`,
    headers: { ...credential, 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  };
}

const putOf = ({ id, service }: ExpectedReservation): object => ({
  local_pnr: `L${id}`,
  original_pnr: `O${id}`,
  service,
  issued_at: '2026-01-01T00:00:00Z',
  starts_at: '2099-01-01T00:00:00Z',
  zone: 'Asia/Tehran',
  price,
  status: 'confirmed',
});

/** The penalty of one among up to three passengers is the same whichever it is. */
const wantedOf = (
  { id, passengers, penalty: whole }: ExpectedReservation,
  passenger?: number,
): { readonly reserve_id: number; readonly expected_penalty: number; readonly passenger_ids?: readonly number[] } =>
  passenger === undefined
    ? { reserve_id: id, expected_penalty: whole }
    : { reserve_id: id, expected_penalty: whole / passengers, passenger_ids: [passenger] };
const keyOf = ({ id }: ExpectedReservation, passenger = 0): Readonly<Record<string, string>> => ({
  'idempotency-key': `refund ${id} ${passenger}`,
});
const payloadOf = ({ json }: Reply): unknown => (json as { payload: unknown }).payload;
