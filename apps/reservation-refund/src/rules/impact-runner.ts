import { Injectable, type OnModuleInit } from '@nestjs/common';
import { mapInSlices } from '@refundry/concurrency';
import { JobWorker, type JobRun } from '@refundry/jobs';
import { ReadPool, Transactions } from '@refundry/persistence';
import { Temporal } from 'temporal-polyfill';
import { quoteAt } from '../quotes/quote.js';
import { selectionOf } from '../quotes/selection.js';
import type { FoundRules } from '../reservations/reservation-lookup.js';
import { noFigures, withPriced, type ImpactFigures, type PricedReservation } from './impact-figures.js';
import type { RulesImpactRow } from './rules-impact.entity.js';
import { RulesImpactRepository } from './rules-impact.repository.js';
import { impactKind } from './rules-impact.service.js';
import { countOpen, openAfter, type ImpactPlace, type OpenReservation } from './rules-impact.sql.js';

/** Reservations that are read and priced at a time. */
const pageSize = 200;
const lastId = Number.MAX_SAFE_INTEGER;

/** The place behind which a run goes on, with the figures up to there. */
interface ImpactCheckpoint {
  readonly after: ImpactPlace;
  readonly expected: number;
  readonly figures: ImpactFigures;
}

type ImpactRun = JobRun<ImpactCheckpoint>;

/** Prices the open reservations of an account page by page, from where an earlier worker left off. */
@Injectable()
export class ImpactRunner implements OnModuleInit {
  constructor(
    private readonly worker: JobWorker,
    private readonly readPool: ReadPool,
    private readonly transactions: Transactions,
    private readonly impacts: RulesImpactRepository,
  ) {}

  onModuleInit(): void {
    this.worker.handle(impactKind, (run) => this.run(run));
  }

  private async run(run: ImpactRun): Promise<void> {
    const { account, job } = run;
    const impact = await this.transactions.run({ account, isBackground: true }, (transaction) =>
      this.impacts.ofJob(transaction, account, job.id),
    );
    let checkpoint: ImpactCheckpoint | undefined = (job.checkpoint as ImpactCheckpoint | null) ?? {
      after: { startsAt: impact.pricedAt, id: lastId },
      expected: await countOpen(this.readPool, impact),
      figures: noFigures,
    };
    while (checkpoint) checkpoint = await this.page(run, impact, checkpoint);
  }

  /** @returns where the next page begins; undefined behind the last */
  private async page(
    run: ImpactRun,
    impact: RulesImpactRow,
    { after, expected, figures: former }: ImpactCheckpoint,
  ): Promise<ImpactCheckpoint | undefined> {
    const { reservations, last = after } = await openAfter(this.readPool, { impact, after, size: pageSize });
    const at = Temporal.Instant.from(impact.pricedAt).epochMilliseconds;
    const figures = withPriced(former, await mapInSlices(reservations, (one) => pricedAt(one, at)));
    const checkpoint = { after: last, expected, figures };
    await run.commit(async (transaction) => {
      await this.impacts.note(transaction, impact, { ...figures, expected });
      return () => ({ checkpoint, progress: null });
    });
    return reservations.length === pageSize ? checkpoint : undefined;
  }
}

/** Prices the passengers who are left, by rules alone. */
function pricedAt({ before, after, ...reservation }: OpenReservation, at: number): PricedReservation {
  const left = selectionOf(reservation);
  const penaltyBy = (rules: FoundRules | null): number | null =>
    quoteAt({ ...reservation, rules, quotes: null, waivers: null }, left, at).applied?.penalty ?? null;
  const { id } = reservation;
  const { price } = left;
  const penalty = penaltyBy(before);
  const isSame = before?.id === after?.id && before?.version === after?.version;
  return { id, price, before: penalty, after: isSame ? penalty : penaltyBy(after) };
}
