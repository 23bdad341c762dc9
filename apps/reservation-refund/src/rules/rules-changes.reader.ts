import { Injectable } from '@nestjs/common';
import { RulesVersion, type ChangesQuestion, type RefundRulesDraft, type RulesChanges } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { ReadPool, ResourceReader, resourceTable } from '@refundry/persistence';
import {
  isDecimalId,
  type ActionRequest,
  type Condition,
  type DetailRequest,
  type JsonText,
  type ListRequest,
  type Page,
} from '@refundry/resource';
import { RefundRulesReader } from './refund-rules.reader.js';
import { changesBetween } from './rules-changes.js';
import { writtenOf, type WrittenRules } from './rules-content.js';
import { RulesDraftsReader } from './rules-drafts.reader.js';

const versionsTable = resourceTable('refund_rules_version', RulesVersion, { published_date: 'modified_date' });

type RowRequest = Pick<DetailRequest, 'caller' | 'requestId' | 'deadline'>;

/** Reads what versions and drafts of rules have changed. */
@Injectable()
export class RulesChangesReader {
  private readonly versions: ResourceReader<RulesVersion>;

  constructor(
    readPool: ReadPool,
    private readonly rules: RefundRulesReader,
    private readonly drafts: RulesDraftsReader,
  ) {
    this.versions = new ResourceReader(readPool, RulesVersion, versionsTable);
  }

  /** @throws Failure `not_found` where there are no such rules */
  async listVersions(request: ListRequest): Promise<Page<RulesVersion>> {
    const { within = '' } = request;
    await this.rules.row({ ...request, key: within });
    return this.versions.page({ ...request, where: [ofRules(within), ...request.where] });
  }

  /** @throws Failure `not_found` */
  async ofVersion(request: ActionRequest<ChangesQuestion>): Promise<RulesChanges> {
    const { within = '', key, input } = request;
    if (!isDecimalId(key)) throw new Failure('not_found');
    const { against = Number(key) - 1 } = input;
    const [before, after] = await Promise.all([
      against === 0 ? null : this.contentOf(request, within, against),
      this.contentOf(request, within, Number(key)),
    ]);
    return { against: against === 0 ? null : against, changes: changesBetween(before, after) };
  }

  /** @throws Failure `not_found` */
  async ofDraft(request: ActionRequest<object>): Promise<RulesChanges> {
    const draft = parsed(await this.drafts.row(request));
    const against = await this.versionBefore(request, draft);
    const before = against === null ? null : await this.contentOf(request, String(draft.rules_id), against);
    return { against, changes: changesBetween(before, writtenOf(draft.rules)) };
  }

  private async versionBefore(
    request: RowRequest,
    { rules_id: rules, published_version: published }: RefundRulesDraft,
  ): Promise<number | null> {
    if (published !== null) return published === 1 ? null : published - 1;
    if (rules === null || rules === undefined) return null;
    return parsed(await this.rules.row({ ...request, key: String(rules) })).version;
  }

  private async contentOf(request: RowRequest, within: string, version: number): Promise<WrittenRules> {
    return writtenOf(parsed(await this.rules.version({ ...request, within, key: String(version), isDetailed: true })));
  }
}

const parsed = <T>({ bytes }: JsonText<T>): T => JSON.parse(Buffer.from(bytes).toString()) as T;

const ofRules = (value: string): Condition => ({
  filter: { name: 'rules', field: 'id', kind: 'integer', lookups: ['exact'], grouped: false },
  lookup: 'exact',
  value,
});
