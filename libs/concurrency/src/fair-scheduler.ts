import { isShortWorkDue } from './short-work.js';

/** In milliseconds: the turn of a stream. */
const sliceMs = 5;
/** The same beside short work, and how long all pause after each turn. */
const [shortSliceMs, pauseMs] = [2, 10];
/** Has the turn while all pause. */
const nobody = {};

/**
 * Fair scheduler of a replica's streams: they send in turns, so that many of them are hardly more of a burden than one.
 * A stream keeps its turn for a slice of time, then it goes to the next one that waits. Beside short work all streams
 * together have one slice between two pauses.
 */
export class FairScheduler {
  private holder: object | undefined;
  private readonly waiting: { stream: object; begin: () => void }[] = [];
  private slice: NodeJS.Timeout | undefined;

  /** Resolves when it is the stream's turn, at once while that lasts. */
  async acquire(stream: object): Promise<void> {
    if (this.holder === stream) return;
    if (this.holder)
      await new Promise<void>((begin) => {
        this.waiting.push({ stream, begin });
      });
    else this.grant(stream);
  }

  /** The stream sends nothing more, or waits for its client. */
  release(stream: object): void {
    if (this.holder === stream) this.passOn();
  }

  private grant(stream: object): void {
    this.holder = stream;
    this.slice ??= setTimeout(
      () => {
        this.slice = undefined;
        if (isShortWorkDue()) this.pause();
        else if (this.holder) this.passOn();
      },
      isShortWorkDue() ? shortSliceMs : sliceMs,
    );
  }

  private pause(): void {
    this.holder = nobody;
    setTimeout(() => {
      this.passOn();
    }, pauseMs);
  }

  private passOn(): void {
    this.holder = undefined;
    const next = this.waiting.shift();
    if (!next) return;
    this.grant(next.stream);
    next.begin();
  }
}
