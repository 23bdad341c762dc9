import { setTimeout as pause } from 'node:timers/promises';
import { JetStreamApiError, jetstreamManager, type ConsumerConfig, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream';
import { Logger } from '@nestjs/common';
import type { WireConnection } from '@refundry/messaging';
import { RepeatedTrouble } from '@refundry/resource';

const apiTimeoutMs = 3000;
const [minPauseMs, maxPauseMs] = [500, 30_000];

/** A stream as this version of a service wants it, and its consumer where it has one. What is not named stays as an operator has set it. */
export interface Declared {
  readonly stream: Partial<StreamConfig> & Pick<StreamConfig, 'name'>;
  readonly consumer?: Partial<ConsumerConfig> & { readonly durable_name: string };
}

/** Keeps a stream as it is declared: at every connection to NATS it is made, or changed where it differs. */
export class JetStreamDeclaration {
  private making: Promise<void> | undefined;
  /** How often NATS was connected to. */
  private connections = 0;
  private readonly logger = new Logger('JetStream');
  private readonly trouble = new RepeatedTrouble((error) => { this.logger.warn({ err: error, msg: `could not bring the stream ${this.declared.stream.name} to its declared configuration, tried again` }); });

  constructor(
    private readonly connection: WireConnection,
    private readonly declared: Declared,
  ) {
    connection.onUp(() => void this.reconcile());
    void this.reconcile();
  }

  /** Makes or changes it now, once for all that wait. @throws when JetStream is away or refuses */
  make(): Promise<void> {
    this.making ??= this.declare().finally(() => { this.making = undefined; });
    return this.making;
  }

  /** Until it is done or the connection is lost; the next one begins anew. */
  private async reconcile(): Promise<void> {
    const connection = ++this.connections;
    let pauseMs = minPauseMs;
    while (connection === this.connections && this.connection.isUp && !(await this.isMade())) {
      await pause(pauseMs, undefined, { ref: false });
      pauseMs = Math.min(maxPauseMs, 2 * pauseMs);
    }
  }

  private async isMade(): Promise<boolean> {
    try {
      await this.make();
      this.trouble.over();
      return true;
    } catch (error) {
      if (this.connection.isUp) this.trouble.met(error as Error);
      return false;
    }
  }

  private async declare(): Promise<void> {
    const manager = await jetstreamManager(this.connection.nats, { timeout: apiTimeoutMs, checkAPI: false });
    const { stream, consumer } = this.declared;
    await orChange(() => manager.streams.add({ ...stream }), () => manager.streams.update(stream.name, { ...stream }));
    if (consumer) await this.declareConsumer(manager, consumer);
  }

  private async declareConsumer(manager: JetStreamManager, consumer: NonNullable<Declared['consumer']>): Promise<void> {
    const { name } = this.declared.stream;
    await orChange(() => manager.consumers.add(name, { ...consumer }), () => manager.consumers.update(name, consumer.durable_name, { ...consumer }));
  }
}

/** NATS's errors for a name that is taken by something configured otherwise: of a stream, and of a consumer before and since 2.10. */
const configuredOtherwise: readonly number[] = [10_058, 10_013, 10_105, 10_148];

async function orChange(make: () => Promise<unknown>, change: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || !configuredOtherwise.includes(error.code)) throw error;
    await change();
  }
}
