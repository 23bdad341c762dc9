import { setTimeout as pause } from 'node:timers/promises';
import { Module, type DynamicModule, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { FailureFilter, RpcServer } from '@refundry/messaging';
import { createEventLog, createOutbox, EventsModule, publishEvent } from '@refundry/outbox';
import { createRowCounts, DatabaseModule, dataSourceOf, Shards, Transactions } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { eventType, IntegerField, type EventType } from '@refundry/resource';
import pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { createInbox, InboxMeasures, InboxModule, type ConsumedEvent, type EventConsumer } from '../index.js';

/** From one question to the next: without it, who asks takes the processor from who works. */
const pauseMs = 5;

export const publisher = 'supplier-refund';
export const consumer = 'reservation-refund';

export class Numbered {
  @IntegerField({ label: 'Number' }) n!: number;
}

/** A version of one type: version 2 is what a later release publishes. */
const saved = (version: number): EventType<Numbered> =>
  eventType({ family: 'retail', type: 'number.saved', version, summary: '', of: Numbered, example: { n: 1 } });

type Effect = (event: ConsumedEvent<Numbered>, transaction: EntityManager) => Promise<void>;

interface Urls {
  readonly url: string;
  readonly ownerUrl: string;
}

interface BenchOptions {
  readonly natsUrl: (user: string) => string;
  readonly databases: { readonly publisher: Urls; readonly consumer: Urls };
  /** The log's endpoints of any family. */
  readonly endpoints: Parameters<typeof EventsModule.forRoot>[0]['endpoints'];
}

interface ReplicaOptions {
  readonly name?: string;
  readonly versions?: readonly number[];
  /** Runs after the effect was written, and before the commit. */
  readonly afterEffect?: Effect;
  /** Whether it takes itself for the holder of all shards, whatever other replicas hold. */
  readonly holdsAll?: boolean;
}

/** A service with events, and another one that consumes them. */
export class InboxBench {
  private readonly replicas: INestMicroservice[] = [];
  private readonly transactions: Transactions;
  private publisherApp: INestMicroservice | undefined;

  private constructor(
    private readonly options: BenchOptions,
    readonly publisherOwner: pg.Client,
    readonly owner: pg.Client,
    private readonly dataSource: DataSource,
  ) {
    this.transactions = new Transactions(dataSource);
  }

  static async start(options: BenchOptions): Promise<InboxBench> {
    const { databases } = options;
    const publisherOwner = await connected(databases.publisher.ownerUrl);
    const roles = rolesOf(publisher);
    await publisherOwner.query(`${createRowCounts(roles)} ${createOutbox(roles)} ${createEventLog(roles)}`);
    const owner = await connected(databases.consumer.ownerUrl);
    await owner.query(`${createInbox(rolesOf(consumer))}
      create table effect (place bigint generated always as identity, account_id integer, n integer);
      grant all on effect to ${pg.escapeIdentifier(rolesOf(consumer).application)}`);
    const dataSource = await dataSourceOf(databases.publisher.url, []).initialize();
    const bench = new InboxBench(options, publisherOwner, owner, dataSource);
    await bench.startPublisher();
    return bench;
  }

  async startPublisher(): Promise<void> {
    const { natsUrl, databases, endpoints } = this.options;
    const events = { service: publisher, natsUrl: natsUrl(publisher), types: [saved(1)], endpoints };
    this.publisherApp = await this.app(publisher, databases.publisher, [EventsModule.forRoot(events)]);
  }

  async stopPublisher(): Promise<void> {
    await this.publisherApp?.close();
    this.publisherApp = undefined;
  }

  /** A replica of the service that consumes. */
  async replica({
    name = 'numbers',
    versions = [1],
    afterEffect,
    holdsAll,
  }: ReplicaOptions = {}): Promise<INestMicroservice> {
    class NumbersConsumer implements EventConsumer<Numbered> {
      readonly name = name;
      readonly type = saved(1);
      readonly versions = versions;

      async handle(event: ConsumedEvent<Numbered>, transaction: EntityManager): Promise<void> {
        await transaction.query('insert into effect (account_id, n) values ($1, $2)', [event.account, event.content.n]);
        await afterEffect?.(event, transaction);
      }
    }
    const { natsUrl, databases } = this.options;
    const inbox = InboxModule.forRoot({
      service: consumer,
      natsUrl: natsUrl(consumer),
      consumers: [NumbersConsumer],
      retryPausesMs: [1, 1],
    });
    const replica = await this.app(consumer, databases.consumer, [inbox], holdsAll);
    this.replicas.push(replica);
    return replica;
  }

  async stopReplicas(): Promise<void> {
    await Promise.all(this.replicas.splice(0).map((replica) => replica.close()));
  }

  async publish(account: number, numbers: readonly number[], version = 1): Promise<void> {
    await this.transactions.run({ account }, async (transaction) => {
      for (const n of numbers) await publishEvent(transaction, { account, type: saved(version), content: { n } });
    });
  }

  /** The numbers that have had their effect, in the order of their transactions. */
  async effects(account = 1): Promise<number[]> {
    const { rows } = await this.owner.query<{ n: number }>(
      'select n from effect where account_id = $1 order by place',
      [account],
    );
    return rows.map(({ n }) => n);
  }

  async untilEffects(count: number, account = 1): Promise<number[]> {
    for (;;) {
      const effects = await this.effects(account);
      if (effects.length >= count) return effects;
      await pause(pauseMs);
    }
  }

  /** Until an account has so many rows in a state. */
  async untilStatus(status: string, count: number, account = 1): Promise<void> {
    for (;;) {
      const { rows } = await this.owner.query('select from inbox where account_id = $1 and status = $2', [
        account,
        status,
      ]);
      if (rows.length >= count) return;
      await pause(pauseMs);
    }
  }

  /** Until the inbox has so many rows and no more. */
  async untilRows(count: number): Promise<void> {
    while ((await this.owner.query('select from inbox')).rowCount !== count) await pause(pauseMs);
  }

  /** Until an account's log has had so many events. */
  async untilLogged(count: number, account = 1): Promise<void> {
    await untilFound(this.publisherOwner, 'select from event_position where account_id = $1 and id >= $2', [
      account,
      count,
    ]);
  }

  /** Until the consumer knows that an account's log has had so many events. */
  async untilRead(count: number, account = 1): Promise<void> {
    await untilFound(this.owner, 'select from inbox_position where account_id = $1 and event_count >= $2', [
      account,
      count,
    ]);
  }

  /** Until JetStream has all events. */
  async untilPublished(): Promise<void> {
    while ((await this.publisherOwner.query('select from outbox limit 1')).rowCount !== 0) await pause(pauseMs);
  }

  /** The values of a metric of a replica, by their labels. */
  async measured(replica: INestMicroservice, name: string): Promise<Record<string, number>> {
    const measure = replica.get(InboxMeasures, { strict: false }).all.find((each) => each.name === name);
    const samples = measure && 'read' in measure ? await measure.read() : [];
    return Object.fromEntries(samples.map(({ labels, value }) => [Object.values(labels).join(' '), value]));
  }

  async clear(): Promise<void> {
    await this.stopReplicas();
    await this.owner.query('delete from inbox; delete from inbox_position; delete from effect');
    await this.publisherOwner.query('delete from outbox; delete from event; delete from event_position');
  }

  async stop(): Promise<void> {
    await this.stopReplicas();
    await this.stopPublisher();
    await this.dataSource.destroy();
    await this.owner.end();
    await this.publisherOwner.end();
  }

  private async app(
    name: string,
    { url }: Urls,
    imports: readonly DynamicModule[],
    holdsAll = false,
  ): Promise<INestMicroservice> {
    @Module({ imports: [DatabaseModule.forRoot({ service: name, url, entities: [] }), ...imports] })
    class BenchModule {}
    const strategy = new RpcServer({
      url: this.options.natsUrl(name),
      name,
      limit: 1000,
      graceMs: 1000,
      observe: () => undefined,
    });
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(BenchModule, { strategy, logger: false });
    app.useGlobalFilters(new FailureFilter());
    if (holdsAll) {
      const shards = app.get(Shards);
      Object.defineProperty(shards, 'held', { value: Array.from({ length: 16 }, (_, shard) => shard) });
      shards.holds = () => true;
    }
    await app.listen();
    return app;
  }
}

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

async function untilFound(client: pg.Client, text: string, values: readonly unknown[]): Promise<void> {
  while ((await client.query(text, [...values])).rowCount === 0) await pause(pauseMs);
}
