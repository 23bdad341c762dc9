import { beforeEach, describe, expect, it } from '@jest/globals';
import { ExpectedDocuments, type Content, type Effect, type StoredDocument } from './expected-documents.js';

const content = (mark: string, ...lines: string[]): Content => ({
  description: mark,
  lines: lines.length > 0 ? lines : [`${mark}-1`, `${mark}-2`],
});
const stored = (id: string, mark: string, ...lines: string[]): StoredDocument => ({ id, ...content(mark, ...lines) });
const saving = (mark: string, ...ids: string[]): Effect => new Map(ids.map((id) => [id, content(mark)]));
const removing = (...ids: string[]): Effect => new Map(ids.map((id) => [id, undefined]));

let expected: ExpectedDocuments;

beforeEach(() => {
  expected = new ExpectedDocuments();
});

function acknowledged(effect: Effect): void {
  expected.begin(effect);
  expected.acknowledged();
}

const kinds = (...found: StoredDocument[]): unknown[] => expected.compare(found).map(({ kind, id }) => [kind, id]);

describe('answers to clients, compared with stored rows', () => {
  it('agrees when every acknowledged write is there once, and nothing else', () => {
    acknowledged(saving('1', 'a', 'b'));
    acknowledged(saving('2', 'b', 'c'));
    acknowledged(removing('c'));
    expect(kinds(stored('a', '1'), stored('b', '2'))).toEqual([]);
  });

  it.each([
    ['is missing', [stored('a', '2')], [['lost', 'b']]],
    ['is as it was before', [stored('a', '1'), stored('b', '2')], [['lost', 'a']]],
    ['is there again though it was removed', [stored('a', '2'), stored('b', '2'), stored('c', '1')], [['lost', 'c']]],
    ['is there twice', [stored('a', '2'), stored('b', '2'), stored('b', '2')], [['doubled', 'b']]],
    ['has its lines twice', [stored('a', '2', '2-1', '2-2', '2-1', '2-2'), stored('b', '2')], [['doubled', 'a']]],
    [
      'has lines that were never posted with it',
      [stored('a', '2', '1-1', '2-2'), stored('b', '2')],
      [['phantom', 'a']],
    ],
    ['was never saved', [stored('a', '2'), stored('b', '2'), stored('d', '1')], [['phantom', 'd']]],
  ])('says so of a document that %s', (_what, found, wanted) => {
    acknowledged(saving('1', 'a', 'b', 'c'));
    acknowledged(saving('2', 'a', 'b'));
    acknowledged(removing('c'));
    expect(kinds(...found)).toEqual(wanted);
  });

  it('calls a phantom what was refused', () => {
    acknowledged(saving('1', 'a'));
    expected.begin(saving('refused', 'a', 'b'));
    expected.refused();
    expect(kinds(stored('a', 'refused'), stored('b', 'refused'))).toEqual([
      ['phantom', 'a'],
      ['phantom', 'b'],
    ]);
  });

  it('lets a write of which nothing is known be there or not, but never half', () => {
    acknowledged(saving('1', 'a', 'b'));
    expected.begin(saving('2', 'a', 'b', 'c'));
    expect(kinds(stored('a', '1'), stored('b', '1'))).toEqual([]);
    expect(kinds(stored('a', '2'), stored('b', '2'), stored('c', '2'))).toEqual([]);
    expect(expected.compare([stored('a', '2'), stored('b', '1')])).toMatchObject([
      { kind: 'phantom', what: expect.stringContaining('half of a write') },
    ]);
    expect(kinds(stored('a', '2'), stored('b', '2'), stored('c', '2'), stored('d', '2'))).toEqual([['phantom', 'd']]);
  });

  it('knows how many of a batch are new', () => {
    acknowledged(saving('1', 'a', 'b'));
    expect(expected.newAmong(['a', 'c', 'd'])).toBe(2);
  });

  it('knows how often others must hear of a document: once for each write that changes it', () => {
    acknowledged(saving('1', 'a', 'b'));
    acknowledged(saving('1', 'a', 'b'));
    acknowledged(saving('2', 'b'));
    acknowledged(removing('a', 'c'));
    acknowledged(removing('a'));
    expect([...expected.told]).toEqual([
      ['a', { saved: 1, removed: 1 }],
      ['b', { saved: 2, removed: 0 }],
      ['c', { saved: 0, removed: 0 }],
    ]);
  });
});
