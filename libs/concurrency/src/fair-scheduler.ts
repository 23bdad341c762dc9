import { isShortWorkDue } from './short-work.js';

const sliceMs = 5;
/** In milliseconds: how long all pause after a turn, beside short work. */
const pauseMs = 5;
/** Has the turn while all pause. */
const nobody = {};

/**
 * Fair scheduler of a replica's streams: they send in turns, so that many of them are hardly more of a burden than one.
 * A stream keeps its turn while no other waits.
 */
export class FairScheduler {
  private holder: object | undefined;
  private readonly waiting: { stream: object; begin: () => void }[] = [];
  private end?: NodeJS.Timeout;

  /** Resolves when it is the stream's turn, at once while that lasts. */
  async acquire(stream: object): Promise<void> {
    if (this.holder === stream) return;
    if (this.holder)
      await new Promise<void>((begin) => {
        this.waiting.push({ stream, begin });
      });
    else this.grant(stream);
  }

  /** The stream sends nothing more. */
  release(stream: object): void {
    if (this.holder === stream) this.passOn();
  }

  private grant(stream: object): void {
    this.holder = stream;
    this.end = setTimeout(() => {
      if (isShortWorkDue()) this.pause();
      else this.passOn();
    }, sliceMs);
  }

  private pause(): void {
    this.holder = nobody;
    this.end = setTimeout(() => {
      this.passOn();
    }, pauseMs);
  }

  private passOn(): void {
    clearTimeout(this.end);
    this.holder = undefined;
    const next = this.waiting.shift();
    if (!next) return;
    this.grant(next.stream);
    next.begin();
  }
}
