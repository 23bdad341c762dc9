import type { Finding } from './history.js';

/** The posted fields of a document: a description of its own, and lines by which they can be told from all others. */
export interface Content {
  readonly description: string;
  readonly lines: readonly string[];
}

/** A document as it is found. */
export interface StoredDocument extends Content {
  readonly id: string;
}

/** The documents that a write leaves behind, by their ids; undefined for those that it removes. */
export type Effect = ReadonlyMap<string, Content | undefined>;

type State = ReadonlyMap<string, Content>;
type Fault = Omit<Finding, 'subject'> & { readonly id: string };

/** How often other teams must hear of a document. */
export interface ReportedDocument {
  saved: number;
  removed: number;
}

/**
 * The documents that one client alone writes, one write after the other: what must be found of them, by what the client
 * was answered. A write that is under way may be found or not, but whole.
 */
export class ExpectedDocuments {
  readonly told = new Map<string, ReportedDocument>();
  private state: State = new Map();
  private underWay: Effect | undefined;
  /** All there ever were. */
  private readonly former = new Map<string, Content[]>();

  /** From now on it may be found. */
  begin(effect: Effect): void {
    this.underWay = effect;
  }

  /** It must be found. */
  acknowledged(): void {
    const effect = this.underWay ?? new Map<string, Content | undefined>();
    for (const [id, content] of effect) this.note(id, this.state.get(id), content);
    this.state = after(this.state, effect);
    this.underWay = undefined;
  }

  /** It must not be found. */
  refused(): void {
    this.underWay = undefined;
  }

  content(id: string): Content | undefined {
    return this.state.get(id);
  }

  get ids(): string[] {
    return [...this.state.keys()];
  }

  /** How many of them would be new. */
  newAmong(ids: Iterable<string>): number {
    return [...ids].filter((id) => !this.state.has(id)).length;
  }

  /** The faults of a state that was read at one moment. */
  compare(found: readonly StoredDocument[]): Fault[] {
    const faults = this.faultsAgainst(this.state, found);
    if (faults.length === 0 || !this.underWay) return faults;
    const others = this.faultsAgainst(after(this.state, this.underWay), found);
    if (others.length === 0) return [];
    const inBoth = faults.filter(({ id }) => others.some((other) => other.id === id));
    return inBoth.length > 0
      ? inBoth
      : [
          {
            kind: 'phantom',
            id: faults[0]!.id,
            what: `half of a write is there: ${faults.length} documents are as after it, ${others.length} as before`,
          },
        ];
  }

  private note(id: string, before: Content | undefined, content: Content | undefined): void {
    const told = this.told.get(id) ?? { saved: 0, removed: 0 };
    if (content && !(before && isSame(before, content))) told.saved += 1;
    if (!content && before) told.removed += 1;
    this.told.set(id, told);
    if (before) this.former.set(id, [...(this.former.get(id) ?? []).slice(-20), before]);
  }

  private faultsAgainst(expected: State, found: readonly StoredDocument[]): Fault[] {
    const byId = Map.groupBy(found, ({ id }) => id);
    const missing = [...expected.keys()]
      .filter((id) => !byId.has(id))
      .map((id): Fault => ({ kind: 'lost', id, what: `${id} is not there` }));
    return [...missing, ...[...byId].flatMap(([id, documents]) => this.faultOf(id, expected.get(id), documents) ?? [])];
  }

  private faultOf(
    id: string,
    expected: Content | undefined,
    [document, twin]: readonly StoredDocument[],
  ): Fault | undefined {
    if (!document) return undefined;
    if (twin) return { kind: 'doubled', id, what: `${id} is there twice` };
    if (expected && isSame(expected, document)) return undefined;
    const wasOnce = this.former.get(id)?.some((former) => isSame(former, document)) ?? false;
    if (wasOnce)
      return {
        kind: 'lost',
        id,
        what: expected
          ? `${id} is as it was before: ${inWords(document)} instead of ${inWords(expected)}`
          : `${id} is there again, though removed`,
      };
    if (expected && new Set(document.lines).size < document.lines.length)
      return { kind: 'doubled', id, what: `${id} has lines twice: ${document.lines.join(', ')}` };
    return {
      kind: 'phantom',
      id,
      what: expected
        ? `${id} is ${inWords(document)} instead of ${inWords(expected)}`
        : `${id} is there, and nobody was told that it was saved`,
    };
  }
}

function after(state: State, effect: Effect): State {
  const next = new Map(state);
  for (const [id, content] of effect) {
    if (content) next.set(id, content);
    else next.delete(id);
  }
  return next;
}

const isSame = (one: Content, other: Content): boolean => inWords(one) === inWords(other);

const inWords = ({ description, lines }: Content): string => `"${description}" [${lines.join(', ')}]`;
