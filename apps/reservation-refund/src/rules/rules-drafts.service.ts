import { Injectable } from '@nestjs/common';
import { byCaller, recordDecision, type DecidedBy } from '@refundry/audit';
import {
  reservationSettings,
  rulesDraftDecisions,
  type DraftState,
  type Publication,
  type RefundRulesDraft,
} from '@refundry/contracts';
import { Failure, invalid, wrongState } from '@refundry/errors';
import { Transactions } from '@refundry/persistence';
import { formatTimestamp, type ActionRequest, type Actor } from '@refundry/resource';
import { settingValue } from '@refundry/settings';
import { Temporal } from 'temporal-polyfill';
import type { EntityManager } from 'typeorm';
import { checkedContent } from './checked-content.js';
import { draftMovesFrom } from './draft-state.js';
import type { RefundRulesRow } from './refund-rules.entity.js';
import { RefundRulesRepository } from './refund-rules.repository.js';
import { contentOf } from './rules-content.js';
import type { RulesDraftRow } from './rules-draft.entity.js';
import { RulesDraftsRepository, type DraftChange } from './rules-drafts.repository.js';
import { refuseAmbiguity, refuseRetired, RulesPublisher } from './rules-publisher.js';

const maxOpenDrafts = 1000;
const notScheduled = { publishAt: null, reason: null } as const;

/** Keeps drafts of rules, and makes rules of them. */
@Injectable()
export class RulesDraftsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly drafts: RulesDraftsRepository,
    private readonly rules: RefundRulesRepository,
    private readonly publisher: RulesPublisher,
  ) {}

  /** Gives the id. @throws Failure `invalid`, `unknown_rules`, `wrong_state` for rules that are retired */
  async create(request: ActionRequest<RefundRulesDraft>): Promise<string> {
    const { caller, input } = request;
    const { account } = caller;
    const rules = checkedContent(input.rules);
    return this.transactions.run({ account }, async (transaction) => {
      const former = await this.formerOf(transaction, account, input.rules_id);
      const draft = {
        account,
        domain: former?.domain ?? caller.domain ?? '',
        rulesId: former?.id ?? null,
        basedOn: basedOn(former, input.based_on) ?? former?.version ?? null,
        rules,
        changedBy: nameOf(caller.actor),
      };
      if ((await this.drafts.countOpen(transaction, account)) >= maxOpenDrafts)
        throw invalid({ non_field_errors: [`An account has no more than ${maxOpenDrafts} open drafts.`] });
      const id = await this.drafts.add(transaction, draft);
      await recordDecision(transaction, byCaller(request), {
        action: rulesDraftDecisions.created,
        subject: id,
        after: recorded({ ...draft, ...notPublished, status: 'draft' }),
      });
      return String(id);
    });
  }

  /** @throws Failure `unknown_row`, `invalid`, `wrong_state` for what is no draft any more */
  async replace(request: ActionRequest<RefundRulesDraft>): Promise<void> {
    const { caller, key, input } = request;
    const { account } = caller;
    const rules = checkedContent(input.rules);
    await this.transactions.run({ account }, async (transaction) => {
      const draft = await this.drafts.locked(transaction, account, key);
      if (draft.status !== 'draft') throw stateOf(draft);
      if ((input.rules_id ?? draft.rulesId) !== draft.rulesId)
        throw invalid({ rules_id: ['A draft stays one of its rule set.'] });
      const former = await this.formerOf(transaction, account, draft.rulesId);
      await this.decide(transaction, byCaller(request), 'replaced', draft, {
        rules,
        basedOn: basedOn(former, input.based_on) ?? draft.basedOn,
        problem: null,
        changedBy: nameOf(caller.actor),
      });
    });
  }

  /**
   * Makes rules of it, now or when the time has come.
   *
   * @throws Failure `unknown_row`, `wrong_state`, `invalid`, `second_person_needed`
   */
  async publish(request: ActionRequest<Publication>): Promise<void> {
    const { caller, key, input, receivedAt } = request;
    const { account } = caller;
    const { reason, publish_at: publishAt = null } = input;
    if (publishAt !== null && instantOf(publishAt) <= receivedAt)
      throw invalid({ publish_at: ['Ensure this is in the future.'] });
    await this.transactions.run({ account }, async (transaction) => {
      const draft = await this.drafts.locked(transaction, account, key);
      refuseMove(draft, publishAt === null ? 'published' : 'scheduled');
      await refuseTheSamePerson(transaction, draft, caller.actor);
      const by = byCaller(request);
      if (publishAt === null) await this.publishWithin(transaction, by, draft, reason);
      else
        await this.decide(
          transaction,
          by,
          'scheduled',
          draft,
          { status: 'scheduled', publishAt, reason, problem: null },
          reason,
        );
    });
  }

  /** @throws Failure `unknown_row`, `wrong_state` */
  async unschedule(request: ActionRequest<object>): Promise<void> {
    await this.move(request, 'unscheduled', { status: 'draft', ...notScheduled });
  }

  /** @throws Failure `unknown_row`, `wrong_state` */
  async discard(request: ActionRequest<object>): Promise<void> {
    await this.move(request, 'discarded', { status: 'discarded', ...notScheduled });
  }

  /**
   * Makes rules of a draft that is locked, in the caller's transaction.
   *
   * @throws Failure `wrong_state` for rules that are retired, `invalid` for those that have changed meanwhile, or where
   *   others hold for the same reservations
   */
  async publishWithin(
    transaction: EntityManager,
    by: DecidedBy,
    draft: RulesDraftRow,
    reason: string | null,
  ): Promise<void> {
    const content = contentOf(draft.rules);
    const former = await this.formerOf(transaction, draft.account, draft.rulesId);
    if (former && former.version !== draft.basedOn)
      throw invalid({ based_on: [`Rules ${former.id} have version ${former.version} by now.`] });
    await refuseAmbiguity(transaction, former ?? { account: draft.account, domain: draft.domain }, content);
    const why = reason ?? undefined;
    const published = former
      ? { rulesId: former.id, publishedVersion: await this.publisher.replace(transaction, by, former, content, why) }
      : {
          rulesId: await this.publisher.add(transaction, by, draft.domain, content, why),
          publishedVersion: 1,
        };
    const change = { status: 'published', reason, problem: null, ...published } as const;
    await this.decide(transaction, by, 'published', draft, change, why);
  }

  /** Makes a draft that was due and can't be published a draft again, which says why. */
  async refuseWithin(transaction: EntityManager, by: DecidedBy, draft: RulesDraftRow, problem: string): Promise<void> {
    await this.decide(transaction, by, 'refused', draft, { status: 'draft', problem, ...notScheduled });
  }

  private async move(
    request: ActionRequest<object>,
    decision: 'unscheduled' | 'discarded',
    change: DraftChange & { readonly status: DraftState },
  ): Promise<void> {
    const { account } = request.caller;
    await this.transactions.run({ account }, async (transaction) => {
      const draft = await this.drafts.locked(transaction, account, request.key);
      if (decision === 'unscheduled' && draft.status === 'draft') throw stateOf(draft);
      refuseMove(draft, change.status);
      await this.decide(transaction, byCaller(request), decision, draft, change);
    });
  }

  private async decide(
    transaction: EntityManager,
    by: DecidedBy,
    decision: keyof typeof rulesDraftDecisions,
    draft: RulesDraftRow,
    change: DraftChange,
    reason?: string,
  ): Promise<void> {
    const changed = await this.drafts.change(transaction, draft, change);
    await recordDecision(transaction, by, {
      action: rulesDraftDecisions[decision],
      subject: draft.id,
      before: recorded(draft),
      after: recorded(changed),
      ...(reason !== undefined && { reason }),
    });
  }

  /** Locks the rules that a draft is the next version of. @throws Failure `unknown_rules`, `wrong_state` */
  private async formerOf(
    transaction: EntityManager,
    account: number,
    id: number | null | undefined,
  ): Promise<RefundRulesRow | undefined> {
    if (id === null || id === undefined) return undefined;
    const former = await this.rules.locked(transaction, account, String(id));
    refuseRetired(former);
    return former;
  }
}

const notPublished = { publishAt: null, problem: null, publishedVersion: null } as const;

/** The version that is given, if it is one of the rules'. @throws Failure `invalid` */
function basedOn(former: RefundRulesRow | undefined, given: number | null | undefined): number | undefined {
  if (given === null || given === undefined) return undefined;
  if (!former) throw invalid({ based_on: ['A new rule set is based on none.'] });
  if (given > former.version)
    throw invalid({ based_on: [`Ensure this value is less than or equal to ${former.version}.`] });
  return given;
}

const stateOf = ({ status }: RulesDraftRow): Failure =>
  wrongState({ of: 'draft', state: status, possible: draftMovesFrom(status) });

/** @throws Failure `wrong_state` */
function refuseMove(draft: RulesDraftRow, to: DraftState): void {
  if (!draftMovesFrom(draft.status).includes(to)) throw stateOf(draft);
}

/** Refuses the last author, and anybody who isn't known. @throws Failure `second_person_needed` */
async function refuseTheSamePerson(
  transaction: EntityManager,
  { account, changedBy }: RulesDraftRow,
  actor: Actor | undefined,
): Promise<void> {
  const publisher = nameOf(actor);
  if (publisher !== null && changedBy !== null && publisher !== changedBy) return;
  const [setting] = await transaction.query<[{ needed: boolean }]>(
    `select ${settingValue(reservationSettings, 'second_person_publishes')} as needed`,
    [account],
  );
  if (setting.needed) throw new Failure('second_person_needed');
}

const nameOf = (actor: Actor | undefined): string | null => (actor ? `${actor.kind} ${actor.id}` : null);

const instantOf = (postgresText: string): number =>
  Temporal.Instant.from(formatTimestamp(postgresText)).epochMilliseconds;

const recorded = ({
  status,
  rulesId,
  basedOn: version,
  domain,
  publishAt,
  problem,
  publishedVersion,
  rules,
}: Omit<RulesDraftRow, 'account' | 'id' | 'reason' | 'changedBy' | 'createdDate' | 'modifiedDate'>) => ({
  status,
  rules_id: rulesId,
  based_on: version,
  domain,
  publish_at: publishAt,
  problem,
  published_version: publishedVersion,
  rules,
});
