import type { Claim } from './claim.js';

/** Something that was started and has to be stopped. */
export interface Member {
  readonly name: string;
  readonly pid: number | undefined;
  readonly exited: Promise<unknown>;
  stop(): Promise<unknown>;
  /** How it ended and what it said last. */
  exitSummary(): string;
}

/** By what a member is found again, and what tells more about it. */
export interface Traces {
  /** A word of its command line. */
  readonly mark: string;
  readonly log: string;
}

/** Says that a start was given up because everything is to stop. */
export class Stopping extends Error {}

/** Everything that was started, in order. When one dies unasked, all have to go. */
export class ProcessGroup {
  /** Rejects, with one sentence, when a member ends that nobody stopped. */
  readonly casualty: Promise<never>;
  private reportCasualty!: (error: Error) => void;
  private readonly stops: (() => Promise<unknown>)[] = [];
  private stopping = false;

  constructor(private readonly claim: Claim) {
    this.casualty = new Promise((_, reject) => {
      this.reportCasualty = reject;
    });
    this.casualty.catch(() => undefined);
  }

  /** Starts a member; it counts from the moment its start begins, so that stopping catches it in the middle. */
  async start<M extends Member>({ mark, log }: Traces, start: () => M | Promise<M>): Promise<M> {
    this.goOn();
    const starting = Promise.resolve(start());
    this.stops.push(() =>
      starting.then(
        (member) => member.stop(),
        () => undefined,
      ),
    );
    const member = await starting;
    this.claim.add({ pid: member.pid, mark });
    void member.exited.then(() => {
      if (!this.stopping) this.reportCasualty(new Error(`${member.exitSummary()}\nIts log is ${log}.`));
    });
    return member;
  }

  /**
   * A short-lived process: the crew waits for its end, and its end is no casualty.
   *
   * @throws Stopping when it was ended because everything is
   */
  async errand<M extends Pick<Member, 'exited' | 'stop'>>(start: () => M): Promise<M> {
    this.goOn();
    const member = start();
    this.stops.push(() => member.stop());
    await member.exited;
    this.goOn();
    return member;
  }

  /** Ends all, the last one first. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (let stop = this.stops.pop(); stop; stop = this.stops.pop()) await stop();
  }

  /** @throws Stopping */
  private goOn(): void {
    if (this.stopping) throw new Stopping();
  }
}
