import { History } from '@refundry/testing';
import type { SentRequest } from '../system/mixed-traffic.js';

/** The outcome of one request. */
interface Sample {
  readonly what: string;
  /** When it was sent, by the monotonic clock, in milliseconds. */
  readonly at: number;
  readonly ms: number;
  readonly answer: string;
  readonly failed: boolean;
}

interface Phase {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly isTolerated: (what: string) => boolean;
}

/** Requests of the parts that are stopped are refused. */
const none = (): boolean => false;

/** The history of a load that keeps when each attempt was made. */
export class TimedHistory extends History {
  readonly samples: Sample[] = [];

  override record(attempt: Parameters<History['record']>[0]): void {
    super.record(attempt);
    const { client, operation, beganMs, endedMs, answer } = attempt;
    // Refusals, and what is not done yet, are answers.
    this.samples.push({
      what: `${client} ${operation}`,
      at: performance.now() - this.now + beganMs,
      ms: endedMs - beganMs,
      answer,
      failed: !(Number(answer) < 500),
    });
  }
}

/** The phases of an upgrade, one after the other, and what became of the requests that were sent in each. */
export class Phases {
  private readonly phases: Phase[] = [];

  /** @param isTolerated whether a request may fail in this phase, by what it asked */
  async during<T>(name: string, work: () => Promise<T>, isTolerated: Phase['isTolerated'] = none): Promise<T> {
    const from = performance.now();
    process.stderr.write(`${new Date().toISOString()} ${name} …\n`);
    try {
      return await work();
    } finally {
      this.phases.push({ name, from, to: performance.now(), isTolerated });
    }
  }

  /** Requests that failed and should not have, with the phase of each. */
  failed(samples: readonly Sample[]): string[] {
    return this.phases.flatMap(({ name, isTolerated, ...times }) =>
      within(samples, times)
        .filter(({ what, failed }) => failed && !isTolerated(what))
        .map(({ what, answer, at }) => `${name}, after ${Math.round(at - times.from)} ms: ${what} ${answer}`),
    );
  }

  table(samples: readonly Sample[]): string {
    const rows = this.phases.map(({ name, isTolerated, ...times }) => {
      const sent = within(samples, times);
      const failed = sent.filter((sample) => sample.failed);
      const tolerated = failed.filter(({ what }) => isTolerated(what)).length;
      return [
        name,
        seconds(times.to - times.from),
        String(sent.length),
        `${failed.length - tolerated}${tolerated > 0 ? ` (and ${tolerated} of what is stopped)` : ''}`,
        seconds(Math.max(0, ...sent.map(({ ms }) => ms))),
      ];
    });
    return [['phase', 's', 'requests', 'failed', 'slowest, s'], ['---', '---', '---', '---', '---'], ...rows]
      .map((row) => `| ${row.join(' | ')} |`)
      .join('\n');
  }
}

export const samplesOf = (sent: readonly SentRequest[]): Sample[] =>
  sent.map(({ what, status, text, at, ms }) => ({
    what,
    at,
    ms,
    answer: `${status} ${status === 200 ? '' : text.slice(0, 200)}`,
    failed: status < 200 || status >= 300,
  }));

const within = (samples: readonly Sample[], { from, to }: Pick<Phase, 'from' | 'to'>): readonly Sample[] =>
  samples.filter(({ at }) => at >= from && at < to);

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
