import { Injectable } from '@nestjs/common';
import { byCaller, type DecidedBy } from '@refundry/audit';
import type { ImportedRules, RulesImport } from '@refundry/contracts';
import { Exports, Transactions } from '@refundry/persistence';
import type { ActionRequest, Caller } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import type { RefundRulesRow } from './refund-rules.entity.js';
import { RefundRulesRepository } from './refund-rules.repository.js';
import { lockDomain } from './refund-rules.sql.js';
import { contentOf, writtenRules } from './rules-content.js';
import { csvFields, rulesOfFile, WrongLines, type RulesOfFile } from './rules-csv.js';
import { ambiguousPairs, exportStatement } from './rules-csv.sql.js';
import { ambiguity, RulesPublisher } from './rules-publisher.js';

const timeoutMs = 30_000;
/** An import is done again when it gets in the way of others. */
const attempts = 3;

/** The import has been tried, and is to leave nothing. */
class OnlyTried extends Error {
  constructor(readonly imported: ImportedRules) {
    super('It was to be tried only.');
  }
}

interface WrittenSet {
  readonly id: number;
  readonly line: number;
}

/** Writes the rules of a domain as CSV, and reads them from it. */
@Injectable()
export class RulesCsvService {
  constructor(
    private readonly transactions: Transactions,
    private readonly exports: Exports,
    private readonly rules: RefundRulesRepository,
    private readonly publisher: RulesPublisher,
  ) {}

  /** The file, made while it is read. */
  async *export({ account, domain = '' }: Caller, left: AbortSignal): AsyncGenerator<Uint8Array> {
    const statement = exportStatement(account, domain);
    let hasBegun = false;
    for await (const piece of this.exports.rows(statement, { account, format: 'csv', left })) {
      yield hasBegun ? piece : header;
      hasBegun = true;
    }
  }

  /** Writes what differs, all or nothing. @throws Failure `invalid` */
  async import(request: ActionRequest<RulesImport>): Promise<ImportedRules> {
    const { account, domain = '' } = request.caller;
    const { csv, reason, dry_run: isTried = false } = request.input;
    const sets = rulesOfFile(csv);
    try {
      return await this.transactions.run({ account, timeoutMs, attempts }, async (transaction) => {
        const by = byCaller(request);
        const imported = await this.write(transaction, by, { domain, sets, reason: reason ?? undefined });
        if (isTried) throw new OnlyTried(imported);
        return imported;
      });
    } catch (error) {
      if (error instanceof OnlyTried) return error.imported;
      throw error;
    }
  }

  /** Rows are locked before the domain, as by those who replace a rule set. */
  private async write(
    transaction: EntityManager,
    by: DecidedBy,
    { domain, sets, reason }: { domain: string; sets: readonly RulesOfFile[]; reason: string | undefined },
  ): Promise<ImportedRules> {
    const { account } = by;
    const formers = await this.formersOf(transaction, account, domain, sets);
    await lockDomain(transaction, { account, domain });
    const written: WrittenSet[] = [];
    let created = 0;
    for (const { id, line, rules } of sets) {
      const former = id === undefined ? undefined : formers.get(id);
      if (former && isSame(former, rules)) continue;
      const content = contentOf(rules);
      if (former) await this.publisher.replace(transaction, by, former, content, reason);
      else created += 1;
      written.push({
        id: former?.id ?? (await this.publisher.add(transaction, by, domain, content, reason)),
        line,
      });
    }
    await refuseAmbiguous(transaction, account, written);
    return { created, replaced: written.length - created, unchanged: sets.length - written.length };
  }

  /** Locks the rules that the file has next versions of. @throws Failure `invalid` */
  private async formersOf(
    transaction: EntityManager,
    account: number,
    domain: string,
    sets: readonly RulesOfFile[],
  ): Promise<ReadonlyMap<number, RefundRulesRow>> {
    const wrong = new WrongLines();
    const lines = new Map<number, number>();
    for (const { id, line } of sets) {
      if (id === undefined) continue;
      const earlier = lines.get(id);
      if (earlier !== undefined) wrong.add(line, { id: [`It stands in line ${earlier} too.`] });
      else lines.set(id, line);
    }
    const rows = await this.rules.lockAll(transaction, account, [...lines.keys()]);
    const formers = new Map(rows.filter((row) => row.domain === domain).map((row) => [row.id, row]));
    for (const [id, line] of lines) {
      const former = formers.get(id);
      if (!former) wrong.add(line, { id: ['There is no such rule set in this domain.'] });
      else if (former.isRetired) wrong.add(line, { id: ['This rule set is retired.'] });
    }
    wrong.refuse();
    return formers;
  }
}

const header = Buffer.from(`${[...csvFields.set, ...csvFields.tier].join(',')}\r\n`);

const isSame = (former: RefundRulesRow, rules: RulesOfFile['rules']): boolean =>
  JSON.stringify(writtenRules(former)) === JSON.stringify(rules);

/** All are written by then, so that two may change places. @throws Failure `invalid` */
async function refuseAmbiguous(
  transaction: EntityManager,
  account: number,
  written: readonly WrittenSet[],
): Promise<void> {
  const wrong = new WrongLines();
  const lines = new Map(written.map(({ id, line }) => [id, line]));
  for (const { id, other, name } of await ambiguousPairs(transaction, account, [...lines.keys()])) {
    const place = lines.get(other);
    const text =
      place === undefined
        ? ambiguity({ id: other, name })
        : `Line ${place} holds for the same reservations at the same time.`;
    wrong.add(lines.get(id) ?? 0, { non_field_errors: [text] });
  }
  wrong.refuse();
}
