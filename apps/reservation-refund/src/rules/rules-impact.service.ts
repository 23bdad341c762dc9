import { Injectable } from '@nestjs/common';
import type { ImpactQuestion, ImpactState } from '@refundry/contracts';
import { invalid, wrongState, type Failure } from '@refundry/errors';
import { Jobs, type JobEndHook } from '@refundry/jobs';
import { Transactions } from '@refundry/persistence';
import type { ActionRequest } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { checkedContent } from './checked-content.js';
import { draftMovesFrom } from './draft-state.js';
import { RefundRulesRepository } from './refund-rules.repository.js';
import { RulesDraftsRepository } from './rules-drafts.repository.js';
import type { RulesImpactRow } from './rules-impact.entity.js';
import { RulesImpactRepository } from './rules-impact.repository.js';
import { refuseRetired } from './rules-publisher.js';

/** The kind of the jobs that price reservations. */
export const impactKind = 'rules-impact';

type Tried = Pick<RulesImpactRow, 'draftId' | 'rulesId' | 'domain' | 'rules'>;

/** Orders previews of the impact of rules, and aborts them. */
@Injectable()
export class RulesImpactService {
  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: Jobs,
    private readonly impacts: RulesImpactRepository,
    private readonly drafts: RulesDraftsRepository,
    private readonly rules: RefundRulesRepository,
  ) {}

  /** Gives the id. @throws Failure `invalid`, `unknown_row`, `unknown_rules`, `wrong_state` while one is at work */
  async start(request: ActionRequest<ImpactQuestion>): Promise<string> {
    const { account } = request.caller;
    const pricedAt = new Date(request.receivedAt).toISOString();
    const { id, job } = await this.transactions.run({ account }, async (transaction) => {
      const tried = await this.tried(transaction, request);
      const ordered = await this.jobs.startWithin(transaction, { account, kind: impactKind, isFresh: true });
      if (ordered === undefined) throw stateOf('working', ['aborted']);
      return { id: await this.impacts.add(transaction, { account, job: ordered, pricedAt, ...tried }), job: ordered };
    });
    this.jobs.announce(account, job);
    return String(id);
  }

  /** @throws Failure `unknown_row`, `wrong_state` for one that has ended */
  async abort({ caller: { account }, key }: ActionRequest<object>): Promise<void> {
    const { job, state } = await this.transactions.run({ account }, (transaction) =>
      this.impacts.ofKey(transaction, account, key),
    );
    if (state !== 'working') throw stateOf(state, []);
    await this.jobs.abort({ account, kind: impactKind }, job);
  }

  /** Reads the rules that are to be tried, as they are now. */
  private async tried(transaction: EntityManager, { caller, input }: ActionRequest<ImpactQuestion>): Promise<Tried> {
    const { account, domain = '' } = caller;
    const { draft_id: draftId = null, rules: given = null, rules_id: rulesId = null } = input;
    if ((draftId === null) === (given === null))
      throw invalid({ non_field_errors: ['Give one of draft_id and rules.'] });
    if (given === null) return this.ofDraft(transaction, account, draftId);
    const rules = checkedContent(given);
    if (rulesId === null) return { draftId: null, rulesId, domain, rules };
    const former = await this.rules.locked(transaction, account, String(rulesId));
    refuseRetired(former);
    return { draftId: null, rulesId, domain: former.domain, rules };
  }

  private async ofDraft(transaction: EntityManager, account: number, id: number | null): Promise<Tried> {
    const { status, rulesId, domain, rules } = await this.drafts.locked(transaction, account, String(id));
    const possible = draftMovesFrom(status);
    if (!possible.includes('published')) throw wrongState({ of: 'draft', state: status, possible });
    return { draftId: id, rulesId, domain, rules };
  }
}

const stateOf = (state: ImpactState, possible: readonly ImpactState[]): Failure =>
  wrongState({ of: 'impact', state, possible });

const states = { FINISHED: 'finished', FAILED: 'failed', ABORTED: 'aborted' } as const;

/** Notes how a preview has ended, in the transaction that ends its job. */
export const endImpact: JobEndHook = (transaction, { account, id, state }) =>
  new RulesImpactRepository().end(transaction, { account, job: id, state: states[state] });
