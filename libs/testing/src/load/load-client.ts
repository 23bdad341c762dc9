import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../random.js';
import type { HttpClient, Question, Reply } from './http-client.js';
import type { Finding, History, Outcome } from './history.js';

/** The context of all clients of one load. */
export interface LoadContext {
  readonly seed: number;
  readonly http: HttpClient;
  readonly history: History;
  /** Waits until the next request may go. */
  readonly turn: () => Promise<void>;
  /** Ends the patience of those who wait for an answer that doesn't come. */
  readonly patience: AbortSignal;
}

/** A request that a client repeats until it knows the outcome. */
export interface RetryPlan {
  readonly operation: string;
  readonly subject: string;
  readonly question: () => Question;
  /** The statuses that may come of it. */
  readonly expected: readonly number[];
  /** A status that says no more than "not now", beside those that always do. */
  readonly notNow?: number;
  /** Done between an attempt of which nothing is known and the next. */
  readonly between?: () => Promise<void>;
}

/** An answer for good. */
export interface ConfirmedReply {
  readonly reply: Reply;
  /** Whether an attempt before may have had, or may still get, its effect. */
  readonly wasUnsure: boolean;
}

/** A finding ends the client that found it: what it expects from then on would mean nothing. */
export class Found extends Error {
  constructor(readonly findings: readonly Finding[]) {
    super(findings.map(({ what }) => what).join('; '));
  }
}

/** A part is down, or takes too long; a repetition may succeed. */
const notNow: readonly number[] = [429, 502, 503, 504];
const retryMs = { first: 30, maxMs: 400 };

/** A client of one family, that does one thing after another and knows what must come of it. */
export abstract class LoadClient {
  private operations = 0;
  private hasFound = false;

  constructor(
    readonly name: string,
    protected readonly context: LoadContext,
  ) {}

  /** Runs before everything else, and before anything is disturbed. */
  async prepare(): Promise<void> {
    await this.noting(() => this.begin());
  }

  /** Does one thing after another, until it is told to end; what it has begun it sees through. */
  async run(end: AbortSignal): Promise<void> {
    await this.noting(async () => {
      while (this.isCertain && !end.aborted && !this.context.patience.aborted) {
        this.operations += 1;
        await this.operate(Random.for(this.context.seed, `${this.name} ${this.operations}`), this.operations);
      }
    });
  }

  /** Whether it still knows what must be found. */
  get isCertain(): boolean {
    return !this.hasFound;
  }

  /** Looks, when everything rests, whether all is as it must be. */
  async check(): Promise<void> {
    if (this.isCertain) await this.noting(() => this.verify());
  }

  protected begin(): Promise<void> {
    return Promise.resolve();
  }

  /** One thing, decided by chance alone: the n-th is the same in every run of a seed. */
  protected abstract operate(random: Random, number: number): Promise<void>;

  protected abstract verify(): Promise<void>;

  /** Asks until it knows. @throws Found for an answer that may not be given */
  protected async retryUntilExpected({
    operation,
    subject,
    question,
    expected,
    notNow: also,
    between,
  }: RetryPlan): Promise<ConfirmedReply> {
    let wasUnsure = false;
    for (let waitMs = retryMs.first; ; waitMs = Math.min(2 * waitMs, retryMs.maxMs)) {
      const reply = await this.attempt(operation, subject, question(), (status) => this.outcomeOf(status, also));
      if (reply && this.outcomeOf(reply.status, also) !== 'unknown') {
        if (!expected.includes(reply.status))
          this.found('wrong answer', subject, `${operation} was answered ${reply.status} ${reply.text.slice(0, 300)}`);
        return { reply, wasUnsure };
      }
      if (reply?.status === 500) this.found('wrong answer', subject, `${operation} was answered 500`);
      if (this.context.patience.aborted)
        this.found(
          'wrong answer',
          subject,
          `${operation} was never answered for good; at last ${reply ? reply.status : 'the connection broke'}`,
        );
      wasUnsure = true;
      await pause(waitMs);
      await between?.();
    }
  }

  /** One attempt. @returns undefined where the connection broke */
  protected async attempt(
    operation: string,
    subject: string,
    question: Question,
    outcomeOf: (status: number) => Outcome,
  ): Promise<Reply | undefined> {
    await this.context.turn();
    const { history, http } = this.context;
    const noted = { client: this.name, operation, subject, beganMs: history.now };
    try {
      const reply = await http.send(question);
      history.record({
        ...noted,
        endedMs: history.now,
        outcome: outcomeOf(reply.status),
        answer: String(reply.status),
      });
      return reply;
    } catch (error) {
      history.record({
        ...noted,
        endedMs: history.now,
        outcome: 'unknown',
        answer: error instanceof Error ? error.message : String(error),
      });
      return undefined;
    }
  }

  protected outcomeOf(status: number, also?: number): Outcome {
    if (notNow.includes(status) || status === also || status >= 500) return 'unknown';
    return status >= 400 ? 'refused' : 'acknowledged';
  }

  /** @throws Found */
  protected found(kind: Finding['kind'], subject: string, what: string): never {
    throw new Found([{ kind, subject: `${this.name} ${subject}`, what }]);
  }

  private async noting(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Found)) throw error;
      this.hasFound = true;
      this.context.history.find(...error.findings);
    }
  }
}
