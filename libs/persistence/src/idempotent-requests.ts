import { createHash } from 'node:crypto';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Failure, type Idempotency } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { scopeToAccount, type ServiceRoles } from './account-scope.js';
import { Lane } from './lane.js';
import { Transactions } from './transactions.js';

const keptFor = "interval '24 hours'";
const forgetEveryMs = 60 * 60_000;

/** SQL of the table that `IdempotentRequests` keeps its answers in. */
export const createIdempotentRequests = (roles: ServiceRoles): string => `
  create table idempotent_request (
    account_id integer not null,
    operation text not null,
    -- Of the client's key, which may be of any length.
    key_hash bytea not null,
    fingerprint text not null,
    answer json not null,
    created_date timestamptz not null default clock_timestamp(),
    primary key (account_id, operation, key_hash)
  );
  ${scopeToAccount('idempotent_request', roles)}
`;

/** Takes back `createIdempotentRequests`. */
export const dropIdempotentRequests = 'drop table idempotent_request;';

interface OnceOptions {
  account: number;
  /** What is asked for, the subject of an endpoint: keys of different ones have nothing to do with each other. */
  operation: string;
  /** Without it the work is done, and nothing is kept. */
  idempotency: Idempotency | undefined;
}

/** The answers to requests that their callers may send again: each is done once, and answered the same for a day. */
@Injectable()
export class IdempotentRequests implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('IdempotentRequests');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly lane: Lane,
    private readonly transactions: Transactions,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => { this.running = this.tryToForget(); }, forgetEveryMs).unref();
  }

  /** Waits for the round that is on its way. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /**
   * Does the work, unless it has been done for the same request; then its answer of that time is given. What is kept is written
   * in the transaction of the work, so that there is an answer if, and only if, the work is done.
   *
   * @throws Failure `conflict` while the work is being done elsewhere, `idempotency_mismatch` when the key was used for another
   * request; whatever the work throws
   */
  async once<Answer extends object>(transaction: EntityManager, { account, operation, idempotency }: OnceOptions, work: () => Promise<Answer>): Promise<Answer> {
    if (!idempotency) return work();
    const { key, fingerprint } = idempotency;
    const row = [account, operation, createHash('sha256').update(key).digest()];
    const [lock] = await transaction.query<[{ taken: boolean }]>("select pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', $1::integer, $2::text, $3::bytea), 0)) as taken", row);
    if (!lock.taken) throw new Failure('conflict', 'A request with this Idempotency-Key is being worked on.');
    const [known] = await transaction.query<{ fingerprint: string; answer: Answer }[]>(
      `select fingerprint, answer from idempotent_request where account_id = $1 and operation = $2 and key_hash = $3 and created_date > clock_timestamp() - ${keptFor}`, row);
    if (known && known.fingerprint !== fingerprint) throw new Failure('idempotency_mismatch');
    if (known) return known.answer;
    const answer = await work();
    await transaction.query(
      `insert into idempotent_request (account_id, operation, key_hash, fingerprint, answer) values ($1, $2, $3, $4, $5)
       on conflict (account_id, operation, key_hash) do update set fingerprint = excluded.fingerprint, answer = excluded.answer, created_date = excluded.created_date`,
      [...row, fingerprint, JSON.stringify(answer)]);
    return answer;
  }

  /** Deletes what is older than a day. @throws Failure `unavailable`, `deadline_exceeded` */
  async forget(): Promise<void> {
    const old = `created_date <= clock_timestamp() - ${keptFor}`;
    for (const [account] of await this.lane.rows({ account: 'any', text: `select distinct account_id from idempotent_request where ${old}`, values: [] })) {
      await this.transactions.run({ account: Number(account) }, (transaction) => transaction.query(`delete from idempotent_request where account_id = $1 and ${old}`, [account]));
    }
  }

  private async tryToForget(): Promise<void> {
    try {
      await this.forget();
    } catch (error) {
      this.logger.warn({ err: error, msg: 'could not forget old requests; tried again in an hour' });
    }
  }
}
