import { createHash } from 'node:crypto';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import { hashedLock, type ServiceRoles } from '@refundry/provisioning';
import { type Idempotency } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { scopeToAccount } from './account-scope.js';
import { ReadPool } from '../read-connection/read-pool.js';
import { AccountPurge } from '../sweeps/account-purge.js';
import { Shards } from '../sweeps/shards.js';
import { Transactions } from './transactions.js';

const keptFor = "interval '24 hours'";
const isOld = `created_date <= clock_timestamp() - ${keptFor}`;
const forgetEveryMs = 60 * 60_000;
const maxForgotten = 1000;
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
  /** The requested resource, the subject of an endpoint: keys of different ones have nothing to do with each other. */
  operation: string;
  /** Without it the work is done, and nothing is kept. */
  idempotency: Idempotency | undefined;
}

/** The answers to requests that their callers may send again: each is done once, and answered the same for a day. */
@Injectable()
export class IdempotentRequests implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly purge: AccountPurge;

  constructor(
    readPool: ReadPool,
    private readonly transactions: Transactions,
    shards: Shards,
  ) {
    this.purge = new AccountPurge('IdempotentRequests', readPool, shards, {
      everyMs: forgetEveryMs,
      steps: [
        {
          table: 'idempotent_request',
          condition: isOld,
          max: maxForgotten,
          work: (account) => this.forgetSome(account),
        },
      ],
    });
  }

  onApplicationBootstrap(): void {
    this.purge.start();
  }

  /** Waits for the round that is on its way. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.purge.stop();
  }

  /**
   * Does the work, unless it has been done for the same request; then its answer of that time is given. The answer is
   * written in the transaction of the work, so that there is an answer if, and only if, the work is done.
   *
   * @throws Failure `conflict` while the work is being done elsewhere, `idempotency_mismatch` when the key was used for
   * another request; whatever the work throws
   */
  async once<Answer extends object>(
    transaction: EntityManager,
    { account, operation, idempotency }: OnceOptions,
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    if (!idempotency) return work();
    const { key, fingerprint } = idempotency;
    const row = [account, operation, createHash('sha256').update(key).digest()];
    const [lock] = await transaction.query<[{ taken: boolean }]>(
      `select pg_try_advisory_xact_lock(${hashedLock('$1::integer', '$2::text', '$3::bytea')}) as taken`,
      row,
    );
    if (!lock.taken) throw new Failure('conflict', 'A request with this Idempotency-Key is being worked on.');
    const [known] = await transaction.query<{ fingerprint: string; answer: Answer }[]>(
      `select fingerprint, answer from idempotent_request where account_id = $1 and operation = $2 and key_hash = $3
        and created_date > clock_timestamp() - ${keptFor}`,
      row,
    );
    if (known && known.fingerprint !== fingerprint) throw new Failure('idempotency_mismatch');
    if (known) return known.answer;
    const answer = await work();
    await transaction.query(
      `insert into idempotent_request (account_id, operation, key_hash, fingerprint, answer) values ($1, $2, $3, $4, $5)
       on conflict (account_id, operation, key_hash) do update
       set fingerprint = excluded.fingerprint, answer = excluded.answer, created_date = excluded.created_date`,
      [...row, fingerprint, JSON.stringify(answer)],
    );
    return answer;
  }

  /**
   * Deletes what is older than a day, of the accounts of this replica's shards. @throws Failure `unavailable`,
   * `deadline_exceeded`
   */
  async forget(): Promise<void> {
    while (await this.purge.round());
  }

  private async forgetSome(account: number): Promise<number> {
    const [, forgotten] = await this.transactions.run(
      { account, timeoutMs: forgetMs, isBackground: true },
      (transaction) =>
        transaction.query<[unknown[], number]>(
          `delete from idempotent_request where account_id = $1 and (operation, key_hash) in (
         select operation, key_hash from idempotent_request where account_id = $1 and ${isOld} order by created_date
           limit ${maxForgotten} for update skip locked)`,
          [account],
        ),
    );
    return forgotten;
  }
}
