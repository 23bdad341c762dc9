import { setTimeout as pause } from 'node:timers/promises';
import type { SeededAccount } from './seeded-account.js';
import type { Answer } from './http.js';
import { postedRefund } from './refunds.js';
import { penalty, putReservation } from './reservations.js';

/** The outcome of one request. */
export interface SentRequest {
  readonly what: string;
  /** 0 where the connection broke. */
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
  /** When it was sent, by the monotonic clock, in milliseconds. */
  readonly at: number;
  readonly ms: number;
}

/** A kind of request. */
export interface Kind {
  readonly what: string;
  readonly ask: (number: number) => Promise<Answer>;
  /** Notes what it leaves behind, when it is acknowledged. */
  readonly acknowledged?: (number: number) => void;
}

interface Traffic {
  readonly perSecond: number;
  /** Whether anything is written; it is, unless it is said. */
  readonly writes?: boolean;
  /** Beside its own. */
  readonly further?: readonly Kind[];
}

const everyMs = 10;
/**
 * On a machine that is busy with other things more would measure its own limits, such as how many connections wait to
 * be accepted.
 */
const maxPending = 80;
/** The reservation that is asked for; those that are given back follow it. No other client chooses such numbers. */
export const quoted = 5_000_000;

/** Requests of all families at a steady pace, one kind after the other, as long as the machine keeps it. */
export class MixedTraffic {
  readonly sent: SentRequest[] = [];
  /** The acknowledged writes: documents that were posted, and reservations that were given back. */
  readonly documents: string[] = [];
  readonly refunded: number[] = [];
  private readonly kinds: readonly Kind[];
  private readonly pending = new Set<Promise<void>>();
  private readonly running: Promise<void>;
  private hasEnded = false;
  private count = 0;

  private constructor(
    private readonly account: SeededAccount,
    reason: number,
    { perSecond, writes = true, further = [] }: Traffic,
  ) {
    this.kinds = [...this.reads(reason), ...further, ...(writes ? this.writes() : [])];
    this.running = this.run(perSecond);
  }

  static async begin(account: SeededAccount, traffic: Traffic): Promise<MixedTraffic> {
    const [reasons] = await Promise.all([
      account.oms.reasons(),
      account.reservation.payload('PUT', `reservations/${quoted}`, putReservation(quoted)),
    ]);
    return new MixedTraffic(account, reasons[0]?.id ?? NaN, traffic);
  }

  /** Waits for the last answers. */
  async end(): Promise<void> {
    this.hasEnded = true;
    await this.running;
    await Promise.all(this.pending);
  }

  /** The requests that did not succeed. */
  get failed(): readonly SentRequest[] {
    return this.sent.filter(({ status }) => status < 200 || status >= 300);
  }

  private async run(perSecond: number): Promise<void> {
    const begun = performance.now();
    while (!this.hasEnded) {
      while (this.pending.size < maxPending && this.count < ((performance.now() - begun) * perSecond) / 1000)
        this.sendNext();
      await pause(everyMs);
    }
  }

  private sendNext(): void {
    const number = this.count++;
    const kind = this.kinds[number % this.kinds.length];
    if (!kind) return;
    const one = this.send(kind, number).finally(() => this.pending.delete(one));
    this.pending.add(one);
  }

  private async send({ what, ask, acknowledged }: Kind, number: number): Promise<void> {
    const at = performance.now();
    const { status, headers, text } = await ask(number).catch((error: unknown): Omit<Answer, 'json'> => ({
      status: 0,
      headers: {},
      text: String(error),
    }));
    if (status >= 200 && status < 300) acknowledged?.(number);
    this.sent.push({ what, status, retryAfter: headers['retry-after'], text, at, ms: performance.now() - at });
  }

  private reads(reason: number): Kind[] {
    const { oms, retail, reservation } = this.account;
    return [
      { what: 'reasons', ask: () => oms.get() },
      { what: 'supplier refunds', ask: () => retail.get('supplier-refunds/?page_size=5') },
      { what: 'quote', ask: () => reservation.request('GET', 'refund/procedure', { reserve_id: quoted }) },
      { what: 'reason', ask: () => oms.get(`${reason}/`) },
      { what: 'customers', ask: () => oms.get('/api/v1/oms/customers/list-simple/') },
      { what: 'reservation', ask: () => reservation.request('GET', `reservations/${quoted}`) },
    ];
  }

  private writes(): Kind[] {
    const { retail, reservation } = this.account;
    const refund = async (id: number): Promise<Answer> => {
      const put = await reservation.request('PUT', `reservations/${id}`, putReservation(id));
      return put.status === 200
        ? reservation.request('POST', 'refund/request', { reserve_id: id, expected_penalty: penalty })
        : put;
    };
    return [
      {
        what: 'posting a refund',
        ask: (number) => retail.post('supplier-refunds/', postedRefund(`posted-${number}`)),
        acknowledged: (number) => {
          this.documents.push(`posted-${number}`);
        },
      },
      {
        what: 'giving back',
        ask: (number) => refund(quoted + 1 + number),
        acknowledged: (number) => {
          this.refunded.push(quoted + 1 + number);
        },
      },
    ];
  }
}
