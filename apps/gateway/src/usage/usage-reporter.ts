import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PeriodicTask } from '@refundry/concurrency';
import { recordUsage, type UsageBatch, type UsageCount } from '@refundry/contracts';
import { RpcClient } from '@refundry/messaging';
import { roundWarning } from '@refundry/observability';
import { UsageCounter } from './usage-counter.js';

const everyMs = 10_000;
/** Counts of a batch, which then is a short body. */
const maxCounts = 150;

/**
 * Hands over to accounts what was counted. A batch that may not have arrived is sent again as it is, before any other;
 * meanwhile counting goes on.
 */
@Injectable()
export class UsageReporter implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly gateway = randomUUID();
  private sequence = 0;
  private batch: UsageBatch | undefined;
  private readonly task = new PeriodicTask(() => this.handOver(), everyMs, roundWarning(new Logger('UsageReporter')));

  constructor(
    private readonly counter: UsageCounter,
    private readonly rpc: RpcClient,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  /** Called when the last request has been answered. */
  async onApplicationShutdown(): Promise<void> {
    await this.task.stop();
    await this.handOver().catch((error: unknown) => {
      new Logger('UsageReporter').warn(`The last counts could not be handed over: ${(error as Error).message}`);
    });
  }

  private async handOver(): Promise<void> {
    if (this.batch) await this.send(this.batch);
    let counts: readonly UsageCount[];
    do {
      counts = this.counter.take(maxCounts);
      if (counts.length > 0) await this.send({ gateway: this.gateway, sequence: ++this.sequence, counts });
    } while (counts.length === maxCounts);
  }

  private async send(batch: UsageBatch): Promise<void> {
    this.batch = batch;
    await this.rpc.call(recordUsage, batch, randomUUID());
    this.batch = undefined;
  }
}
