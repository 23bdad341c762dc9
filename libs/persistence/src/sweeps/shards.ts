import { Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import pg from 'pg';
import { PeriodicTask } from '@refundry/concurrency';
import { roundWarning } from '@refundry/observability';
import { advisoryLocks } from '@refundry/provisioning';

const shardCount = 16;
const renewEveryMs = 2000;
const defaultLeaseMs = 15_000;
const connectMs = 2000;
const queryMs = 5000;

const every: readonly number[] = Array.from({ length: shardCount }, (_, shard) => shard);

/** SQL of whether the account of a row belongs to one of the shards, an array of integers. */
export const inShards = (shards: string): string => `account_id % ${shardCount} = any (${shards}::integer[])`;

/**
 * Divides the accounts of a database among the replicas of its service, so that a sweep is done once however many there
 * are.
 *
 * A shard is leased by an advisory lock of a session, which ends with the session: after `leaseMs` without renewal at
 * the latest. Replicas count each other, and none holds more than an equal share. A lease saves work and decides
 * nothing: for a moment two replicas may take themselves for the holder of a shard, and what they write must allow it.
 */
export class Shards implements OnModuleInit, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask(() => this.renew(), renewEveryMs, roundWarning(new Logger('Shards')));
  private readonly leased = new Set<number>();
  private client: pg.Client | undefined;

  /** @param leaseMs after which PostgreSQL ends the session of a replica that is frozen */
  constructor(
    private readonly url: string,
    private readonly leaseMs = defaultLeaseMs,
  ) {}

  /** The shards that this replica sweeps; none while PostgreSQL is away. */
  get held(): readonly number[] {
    return [...this.leased];
  }

  /** Whether this replica sweeps the account. */
  holds(account: number): boolean {
    return this.leased.has(account % shardCount);
  }

  async onModuleInit(): Promise<void> {
    await this.renew().catch(() => undefined);
    this.task.start();
  }

  /** Leaves the shards to the other replicas. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
    await this.client?.end();
  }

  /** Renews the lease, and takes or releases as many shards as make an equal share. @throws when PostgreSQL is away */
  async renew(): Promise<void> {
    const client = (this.client ??= await this.connect());
    try {
      await this.balance(client);
    } catch (error) {
      this.forget(client);
      client.end().catch(() => undefined);
      throw error;
    }
  }

  private async balance(client: pg.Client): Promise<void> {
    const {
      rows: [found],
    } = await client.query<{ replicas: number }>(countReplicas);
    const share = Math.ceil(shardCount / (found?.replicas ?? 1));
    await this.release(client, this.held.slice(share));
    await this.lease(client, share - this.leased.size);
  }

  private async release(client: pg.Client, shards: readonly number[]): Promise<void> {
    for (const shard of shards) this.leased.delete(shard);
    if (shards.length > 0)
      await client.query(
        `select pg_advisory_unlock(${advisoryLocks.shards}, 1 + shard) from unnest($1::integer[]) shard`,
        [shards],
      );
  }

  private async lease(client: pg.Client, count: number): Promise<void> {
    if (count <= 0) return;
    const wanted = every.filter((shard) => !this.leased.has(shard));
    const { rows } = await client.query<{ shard: number }>(
      `select shard from unnest($1::integer[]) shard where pg_try_advisory_lock(${advisoryLocks.shards}, 1 + shard)
        limit $2`,
      [wanted, count],
    );
    if (this.client === client) for (const { shard } of rows) this.leased.add(shard);
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'shards',
      connectionTimeoutMillis: connectMs,
      query_timeout: queryMs,
      keepAlive: true,
    });
    const lost = (): void => {
      this.forget(client);
    };
    client.on('error', lost);
    client.on('end', lost);
    await client.connect();
    // By a statement: poolers refuse it among the options of a connection.
    await client.query(
      `select set_config('idle_session_timeout', $1, false), pg_advisory_lock_shared(${advisoryLocks.shards}, 0)`,
      [String(this.leaseMs)],
    );
    return client;
  }

  private forget(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.leased.clear();
  }
}

const countReplicas = `select count(*)::integer as replicas from pg_locks
  where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
    and classid = ${advisoryLocks.shards} and objid = 0 and objsubid = 2 and granted`;
