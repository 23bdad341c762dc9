import { DraftedRules, RefundTier } from '@refundry/contracts';
import { Failure, invalid, type FieldErrors } from '@refundry/errors';
import { fieldsOf, read } from '@refundry/resource';
import { checkRules } from './check-rules.js';
import { csvRecords, givenText } from './csv-text.js';
import { contentOf, writtenRules, type WrittenRules } from './rules-content.js';

/** A rule set of a file. */
export interface RulesOfFile {
  /** The line that it begins at; the first is the header. */
  readonly line: number;
  /** Undefined for a new one. */
  readonly id: number | undefined;
  readonly rules: WrittenRules;
}

/** The columns of a file: those of the set, then those of a tier. */
const setFields = fieldsOf(DraftedRules)
  .map(({ name }) => name)
  .filter((name) => name !== 'tiers');
const tierFields = fieldsOf(RefundTier).map(({ name }) => name);
const setColumns = ['id', ...setFields];
export const csvFields = { set: setColumns, tier: tierFields };

const maxSets = 500;
const maxLines = 10_000;
/** Lines whose errors are told. */
const maxTold = 100;

type LineErrors = Record<string, FieldErrors>;
type Cells = Readonly<Record<string, string>>;

/** Gathers what is wrong with the lines of a file. */
export class WrongLines {
  private readonly errors = new Map<number, LineErrors>();

  add(line: number, errors: LineErrors): void {
    this.errors.set(line, { ...this.errors.get(line), ...errors });
  }

  /** @throws Failure `invalid`, if anything is wrong */
  refuse(): void {
    if (this.errors.size === 0) return;
    const lines = [...this.errors]
      .toSorted(([one], [other]) => one - other)
      .slice(0, maxTold)
      .map(([line, errors]) => ({ line, errors }));
    const text = this.errors.size === 1 ? '1 line is wrong.' : `${this.errors.size} lines are wrong.`;
    throw new Failure('invalid', { fields: { csv: [text] }, payload: { lines } });
  }
}

interface Line {
  readonly line: number;
  readonly cells: Cells;
}

/** The rule sets of a file, each checked by itself. @throws Failure `invalid` */
export function rulesOfFile(csv: string): RulesOfFile[] {
  const wrong = new WrongLines();
  const sets = setsOf(linesOf(csv), wrong).map((lines) => ruleSetOf(lines, wrong));
  wrong.refuse();
  return sets.filter((set) => set !== undefined);
}

function linesOf(csv: string): Line[] {
  const [header = [], ...records] = csvRecords(csv);
  const columns = header.map((name) => name.trim());
  const expected = [...setColumns, ...tierFields];
  const missing = expected.filter((name) => !columns.includes(name));
  const unknown = columns.filter((name, index) => !expected.includes(name) || columns.indexOf(name) !== index);
  if (missing.length > 0) throw invalid({ csv: [`Columns are missing: ${missing.join(', ')}.`] });
  if (unknown.length > 0)
    throw invalid({ csv: [`Columns are unknown, or repeated: ${unknown.join(', ').slice(0, 200)}.`] });
  if (records.length > maxLines) throw invalid({ csv: [`Ensure this file has no more than ${maxLines} lines.`] });
  const lines = records.map((record, index) => ({
    line: index + 2,
    cells: Object.fromEntries(columns.map((name, column) => [name, givenText((record[column] ?? '').trim())])),
  }));
  return lines.filter(({ cells }) => Object.values(cells).some((cell) => cell !== ''));
}

/** The lines of each set: where nothing of a set is said, a line is a further tier of the one above. */
function setsOf(lines: readonly Line[], wrong: WrongLines): Line[][] {
  const sets: Line[][] = [];
  for (const line of lines) {
    const begins = setColumns.some((column) => line.cells[column] !== '');
    if (begins) sets.push([line]);
    else if (sets.length > 0) sets.at(-1)?.push(line);
    else wrong.add(line.line, { name: ['This field may not be blank.'] });
  }
  if (sets.length > maxSets) throw invalid({ csv: [`Ensure this file has no more than ${maxSets} rule sets.`] });
  return sets;
}

function ruleSetOf(lines: readonly Line[], wrong: WrongLines): RulesOfFile | undefined {
  const [first] = lines;
  if (!first) return undefined;
  const { line, cells } = first;
  const id = idOf(cells.id ?? '');
  const set = tried(wrong, line, () => read(DraftedRules, { ...given(cells, setFields), tiers: [] }));
  const tiers = lines.map((one) => tried(wrong, one.line, () => read(RefundTier, given(one.cells, tierFields))));
  if (Number.isNaN(id)) wrong.add(line, { id: ['A valid integer is required.'] });
  if (!set || Number.isNaN(id) || !tiers.every((tier) => tier !== undefined)) return undefined;
  const rules = Object.assign({}, set, { tiers });
  if (!isSound(rules, lines, wrong)) return undefined;
  return { line, id, rules: writtenRules(contentOf(rules)) };
}

/** Blank cells are left out: a name that is blank is one that is missing. */
const given = (cells: Cells, fields: readonly string[]): Cells =>
  Object.fromEntries(fields.flatMap((field) => (cells[field] ? [[field, cells[field]]] : [])));

const idOf = (cell: string): number | undefined => {
  if (cell === '') return undefined;
  return /^[1-9]\d{0,15}$/.test(cell) ? Number(cell) : Number.NaN;
};

function tried<T>(wrong: WrongLines, line: number, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    wrong.add(line, fieldsOfFailure(error));
    return undefined;
  }
}

/** Tells the errors of each tier at its own line. */
function isSound(rules: DraftedRules, lines: readonly Line[], wrong: WrongLines): boolean {
  try {
    checkRules(rules);
    return true;
  } catch (error) {
    const { tiers = [], ...others } = fieldsOfFailure(error);
    const [first] = lines;
    if (first && Object.keys(others).length > 0) wrong.add(first.line, others);
    const ofTiers = tiers as readonly (LineErrors | string)[];
    for (const [index, errors] of ofTiers.entries()) {
      const { line = 0 } = lines[index] ?? {};
      if (typeof errors === 'string') wrong.add(first?.line ?? 0, { tiers: [errors] });
      else if (Object.keys(errors).length > 0) wrong.add(line, errors);
    }
    return false;
  }
}

/** @throws what is no refusal of fields */
function fieldsOfFailure(error: unknown): LineErrors {
  if (!(error instanceof Failure) || !error.fields || Array.isArray(error.fields)) throw error;
  return error.fields;
}
