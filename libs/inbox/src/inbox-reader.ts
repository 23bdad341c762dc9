import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PeriodicTask } from '@refundry/concurrency';
import { Failure } from '@refundry/errors';
import { roundWarning } from '@refundry/observability';
import { forEachSettled, ReadPool, Shards } from '@refundry/persistence';
import { Consumers } from './consumers.js';
import { InboxRows, type ReadLog } from './inbox-rows.js';
import { InboxWorker } from './inbox-worker.js';
import { LogComparison } from './log-comparison.js';
import { PublisherLogs } from './publisher-logs.js';

const everyMs = 1000;
const maxConcurrentReads = 2;

/**
 * Reads the logs of other services into the inbox: those of the accounts in this replica's shards that a notice names,
 * and those that a comparison finds. Each account gets a page in turn.
 */
@Injectable()
export class InboxReader implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('InboxReader');
  private readonly task = new PeriodicTask((signal) => this.round(signal), everyMs, roundWarning(this.logger));
  /** The logs that are to be read, by account and consumer. */
  private readonly behind = new Map<string, ReadLog>();
  private deletedUnread = 0;

  constructor(
    private readonly readPool: ReadPool,
    private readonly shards: Shards,
    private readonly consumers: Consumers,
    private readonly logs: PublisherLogs,
    private readonly comparison: LogComparison,
    private readonly rows: InboxRows,
    private readonly worker: InboxWorker,
  ) {}

  /** How often since the start events were found deleted from a log before they were read. */
  get gaps(): number {
    return this.deletedUnread;
  }

  /** Whether the logs can be read, as far as NATS is concerned. */
  get isReady(): boolean {
    return this.logs.isReady;
  }

  onApplicationBootstrap(): void {
    for (const { name, type } of this.consumers.all)
      this.logs.onLogged(type, (account) => {
        if (!this.shards.holds(account)) return;
        this.add({ account, consumer: name });
        this.task.triggerNow();
      });
    this.logs.onUp(() => {
      this.comparison.makeDue();
      this.task.triggerNow();
    });
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  private async round(signal: AbortSignal): Promise<void> {
    if (!this.readPool.isUp || !this.logs.isReady) return;
    try {
      await this.comparison.compareWhereDue((log) => {
        this.add(log);
      }, signal);
    } finally {
      await this.readBehind(signal);
    }
  }

  private add(log: ReadLog): void {
    this.behind.set(`${log.account} ${log.consumer}`, log);
  }

  private async readBehind(signal: AbortSignal): Promise<void> {
    const away = new Set<string>();
    // A notice that comes while a log is read adds it anew.
    const logs = [...this.behind.values()];
    this.behind.clear();
    await forEachSettled(logs, maxConcurrentReads, async (log) => {
      const publisher = this.consumers.named(log.consumer).type.service;
      try {
        if (signal.aborted || away.has(publisher)) this.add(log);
        else if (await this.readOn(log)) this.task.triggerNow();
      } catch (error) {
        this.add(log);
        if (error instanceof Failure && error.code === 'unavailable') away.add(publisher);
        throw error;
      }
    });
  }

  /** Reads a page. @returns whether there is more that should be read at once */
  private async readOn(log: ReadLog): Promise<boolean> {
    const former = await this.rows.progress(log);
    if (former.isFull) {
      this.add(log);
      return false;
    }
    const { type } = this.consumers.named(log.consumer);
    const page = await this.logs.read(type.service, {
      account: log.account,
      type: type.type,
      position: former.position,
      ...(former.count !== undefined && { count: former.count }),
    });
    if (!page.is_complete) this.noteGap(log, former.position);
    if (page.position > former.position) await this.rows.add(log, former, page);
    if (page.events.length > 0) this.worker.wake(log.account);
    if (page.has_more) this.add(log);
    return page.has_more;
  }

  private noteGap({ account, consumer }: ReadLog, position: number): void {
    this.deletedUnread += 1;
    this.logger.error({ msg: 'events were deleted from the log before they were read', account, consumer, position });
  }
}
