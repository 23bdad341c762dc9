import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { bySystem } from '@refundry/audit';
import { PeriodicTask } from '@refundry/concurrency';
import { refundRulesEvents } from '@refundry/contracts';
import { Failure, type FieldErrors } from '@refundry/errors';
import { roundWarning } from '@refundry/observability';
import { publishEvent } from '@refundry/outbox';
import { forEachSettled, ReadPool, Shards, sweepAccounts, Transactions } from '@refundry/persistence';
import { RulesDraftsRepository } from './rules-drafts.repository.js';
import { RulesDraftsService } from './rules-drafts.service.js';

const everyMs = 1000;
/** Of an account at a time. */
const maxPublished = 50;
const maxConcurrentAccounts = 2;
/** A draft is published again when it gets in the way of others. */
const attempts = 3;

const isDue = `status = 'scheduled' and publish_at <= clock_timestamp()`;

/**
 * Publishes the drafts whose time has come, of the accounts of this replica's shards. The draft's row decides: it is
 * locked, and is `scheduled` no more when it is published, so that of two replicas one finds nothing left to do.
 */
@Injectable()
export class ScheduledPublications implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ScheduledPublications');
  private readonly task = new PeriodicTask((signal) => this.round(signal), everyMs, roundWarning(this.logger));

  constructor(
    private readonly readPool: ReadPool,
    private readonly shards: Shards,
    private readonly transactions: Transactions,
    private readonly drafts: RulesDraftsRepository,
    private readonly service: RulesDraftsService,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  /** Publishes what is due, past drafts and accounts that fail. @throws the first failure */
  async round(signal?: AbortSignal): Promise<void> {
    if (!this.readPool.isUp) return;
    await sweepAccounts(this.readPool, this.shards, {
      table: 'refund_rules_draft',
      condition: isDue,
      maxConcurrent: maxConcurrentAccounts,
      signal,
      work: (account) => this.publishSome(account),
      onUnfinished: () => {
        this.task.triggerNow();
      },
    });
  }

  /** @returns whether there may be more */
  private async publishSome(account: number): Promise<boolean> {
    const due = await this.transactions.run({ account, isBackground: true }, (transaction) =>
      this.drafts.due(transaction, account, maxPublished),
    );
    await forEachSettled(due, 1, (id) => this.publishOne(account, id));
    return due.length === maxPublished;
  }

  private async publishOne(account: number, id: number): Promise<void> {
    const by = bySystem('scheduled-publications', account);
    try {
      await this.transactions.run({ account, isBackground: true, attempts }, async (transaction) => {
        const draft = await this.drafts.lockDue(transaction, account, id);
        if (draft) await this.service.publishWithin(transaction, by, draft, draft.reason);
      });
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      await this.refuse(account, id, problem);
    }
  }

  private async refuse(account: number, id: number, problem: string): Promise<void> {
    const by = bySystem('scheduled-publications', account);
    await this.transactions.run({ account, isBackground: true, attempts }, async (transaction) => {
      const draft = await this.drafts.lockDue(transaction, account, id);
      if (!draft) return;
      await this.service.refuseWithin(transaction, by, draft, problem);
      const type = refundRulesEvents.publicationRefused;
      await publishEvent(transaction, { account, type, content: { draft: id } });
      this.logger.warn({ account, draft: id, problem, msg: 'a draft of rules could not be published' });
    });
  }
}

/** Why a draft can't be published; undefined for what is no fault of the draft's. */
function problemOf(error: unknown): string | undefined {
  if (!(error instanceof Failure)) return undefined;
  if (error.code === 'wrong_state') return 'The rules are retired.';
  return error.code === 'invalid' && error.fields ? firstText(error.fields) : undefined;
}

const firstText = (errors: FieldErrors): string | undefined =>
  Object.values(errors)
    .map((error: string | FieldErrors) => (typeof error === 'string' ? error : firstText(error)))
    .find((text) => text !== undefined);
