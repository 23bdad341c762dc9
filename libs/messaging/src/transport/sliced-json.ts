import { TimeSlice } from '@refundry/concurrency';
import { isDictionary, parseExactly } from '@refundry/resource';

/** In characters, about a millisecond's work. An array or object of more is parsed in several pieces. */
const maxPiece = 64 * 1024;
const maxDepth = 32;

/** An array or object whose end is not reached yet. */
interface Container {
  readonly isArray: boolean;
  /** Position of its bracket. */
  readonly start: number;
  /** Position of the first member that is not parsed yet. */
  from: number;
  /** Position of the current member. */
  member: number;
  /** Parsed members; undefined while it may still become part of a piece of the container around it. */
  members?: unknown[] | Record<string, unknown>;
  /** Whether the current member has been parsed already, by itself: only white space may follow it. */
  isMemberDone: boolean;
}

/**
 * Parses a long JSON text as `parseExactly` does, in slices between which others have their turn.
 *
 * @throws SyntaxError without a useful message for a text that is not JSON or nested too deep, and for some rare ones
 *   that are fine: `parseExactly` decides those
 */
export async function parseInSlices(text: string): Promise<unknown> {
  const slice = new TimeSlice();
  const parsing = pieces(text);
  let step = parsing.next();
  for (; !step.done; step = parsing.next()) if (slice.isOver) await slice.next();
  return step.value;
}

/** Yields after each piece. @returns the value of the text */
function* pieces(text: string): Generator<undefined, unknown> {
  // The text is the only member of an array around it.
  const root = open(true, -1);
  const outer: Container[] = [];
  let current = root;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '[' || character === '{') {
      if (outer.push(current) > maxDepth) throw new SyntaxError();
      current = open(character === '[', at);
    } else if (character === ',') {
      if (current === root) throw new SyntaxError();
      if (current.isMemberDone || at - current.from > maxPiece) {
        parseMembers(text, current, at);
        yield;
      }
      current.member = at + 1;
      if (current.from > at) current.from = at + 1;
    } else if (character === ']' || character === '}') {
      const [ended, around] = [current, outer.pop()];
      if (!around || ended.isArray !== (character === ']')) throw new SyntaxError();
      current = around;
      if (ended.members === undefined && at - ended.start <= maxPiece) continue;
      parseMembers(text, ended, at);
      addLargeMember(text, current, ended, at);
      yield;
    }
  }
  if (outer.length > 0) throw new SyntaxError();
  if (!root.members) return parseExactly(text);
  parseMembers(text, root, text.length);
  return (root.members as unknown[])[0];
}

const open = (isArray: boolean, start: number): Container => ({
  isArray,
  start,
  from: start + 1,
  member: start + 1,
  isMemberDone: false,
});

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  throw new SyntaxError();
}

/** Parses what stands between the members that are parsed and `to`, which is behind a member. */
function parseMembers(text: string, container: Container, to: number): void {
  const piece = text.slice(container.from, to);
  container.from = to + 1;
  if (container.isMemberDone) {
    if (!isBlank(piece)) throw new SyntaxError();
    container.isMemberDone = false;
    return;
  }
  // A comma before it or behind it would have no member.
  if (isBlank(piece)) throw new SyntaxError();
  addMembers(container, parseExactly(container.isArray ? `[${piece}]` : `{${piece}}`));
}

/** Adds a container that is parsed by itself, with its name, to the one around it. */
function addLargeMember(text: string, outer: Container, { start, members }: Container, end: number): void {
  if (outer.isMemberDone) throw new SyntaxError();
  if (outer.member > outer.from) parseMembers(text, outer, outer.member - 1);
  const before = text.slice(outer.member, start);
  if (outer.isArray) {
    if (!isBlank(before)) throw new SyntaxError();
    addMembers(outer, [members]);
  } else {
    const named = parseExactly(`{${before}null}`) as object;
    addMembers(outer, Object.fromEntries(Object.keys(named).map((name) => [name, members])));
  }
  outer.from = end + 1;
  outer.isMemberDone = true;
}

function addMembers(container: Container, added: unknown): void {
  if (Array.isArray(added)) {
    container.members ??= [];
    for (const member of added) (container.members as unknown[]).push(member);
    return;
  }
  // A name that JavaScript gives a meaning of its own.
  if (!isDictionary(added) || Object.hasOwn(added, '__proto__')) throw new SyntaxError();
  container.members = Object.assign(container.members ?? {}, added);
}

/** White space of JSON, which is less than JavaScript's. */
const isBlank = (text: string): boolean => /^[ \t\n\r]*$/.test(text);
