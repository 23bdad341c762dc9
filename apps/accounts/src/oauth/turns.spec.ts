import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.js';

/** Work that goes on until it is told to end. */
class Piece {
  isRunning = false;
  private readonly end = Promise.withResolvers<string>();
  readonly run = (): Promise<string> => {
    this.isRunning = true;
    return this.end.promise.finally(() => { this.isRunning = false; });
  };

  succeed(): void { this.end.resolve('done'); }
  fail(): void { this.end.reject(new Error('broken')); }
}

const settle = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });
const running = (pieces: readonly Piece[]): boolean[] => pieces.map(({ isRunning }) => isRunning);

describe('turns', () => {
  it('let so many run and so many wait, in the order they came; the rest is refused at once', async () => {
    const turns = new Turns(2, 2);
    const pieces = [new Piece(), new Piece(), new Piece(), new Piece()] as const;
    const results = pieces.map(({ run }) => turns.run(run));
    await expect(turns.run(() => Promise.resolve())).rejects.toMatchObject({ code: 'overloaded' });
    expect(running(pieces)).toEqual([true, true, false, false]);
    pieces[1].succeed();
    await settle();
    expect(running(pieces)).toEqual([true, false, true, false]);
    pieces[0].fail();
    await expect(results[0]).rejects.toThrow('broken');
    await settle();
    expect(running(pieces)).toEqual([false, false, true, true]);
    for (const piece of pieces.slice(2)) piece.succeed();
    expect(await Promise.all(results.slice(1))).toEqual(['done', 'done', 'done']);
  });

  it('are free again when all is done', async () => {
    const turns = new Turns(1, 0);
    for (let run = 0; run < 3; run++) expect(await turns.run(() => Promise.resolve(run))).toBe(run);
  });
});
