import { createHash } from 'node:crypto';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Failure, type Idempotency } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { scopeToAccount, type ServiceRoles } from './account-scope.js';
import { Lane } from './lane.js';
import { Rounds } from './rounds.js';
import { Transactions } from './transactions.js';

const keptFor = "interval '24 hours'";
const isOld = `created_date <= clock_timestamp() - ${keptFor}`;
const forgetEveryMs = 60 * 60_000;
const forgottenAtOnce = 1000;
const forgetMs = 10_000;

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
  private readonly rounds = new Rounds(() => this.forget(), forgetEveryMs, new Logger('IdempotentRequests'));

  constructor(
    private readonly lane: Lane,
    private readonly transactions: Transactions,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin();
  }

  /** Waits for the round that is on its way. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.end();
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

  /** Deletes what is older than a day, a few at a time. @throws Failure `unavailable`, `deadline_exceeded` */
  async forget(): Promise<void> {
    const accounts = await this.lane.rows({ account: 'any', text: `select distinct account_id from idempotent_request where ${isOld}`, values: [], isVariable: true });
    for (const [account] of accounts) while ((await this.forgetSome(Number(account))) === forgottenAtOnce);
  }

  private async forgetSome(account: number): Promise<number> {
    const [, forgotten] = await this.transactions.run({ account, timeoutMs: forgetMs, isBackground: true }, (transaction) => transaction.query<[unknown[], number]>(
      `delete from idempotent_request where account_id = $1 and (operation, key_hash) in (
         select operation, key_hash from idempotent_request where account_id = $1 and ${isOld} limit ${forgottenAtOnce} for update skip locked)`, [account]));
    return forgotten;
  }
}
