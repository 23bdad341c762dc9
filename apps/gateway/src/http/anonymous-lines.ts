import type { Log } from '@refundry/observability';
import { TokenBuckets } from '../limits/token-buckets.js';

/** Lines of one address, and of all together. */
const [perAddress, overall] = [
  { perSecond: 5, burst: 50 },
  { perSecond: 20, burst: 200 },
];
const everybody = 'all';
const summaryMs = 10_000;

/** Limits the log lines of requests that no account stands for, and counts the others in a line of their own. */
export class AnonymousLines {
  private readonly ofAddress = new TokenBuckets(perAddress);
  private readonly ofAll = new TokenBuckets(overall);
  private readonly omitted = new Map<number, number>();
  private summary: NodeJS.Timeout | undefined;

  constructor(private readonly log: Log) {}

  /** Whether a request is to have a line of its own. */
  admit(address: string, status: number): boolean {
    if (this.ofAddress.consume(address).isGranted && this.ofAll.consume(everybody).isGranted) return true;
    this.omitted.set(status, (this.omitted.get(status) ?? 0) + 1);
    this.summary ??= setTimeout(() => {
      this.summarise();
    }, summaryMs).unref();
    return false;
  }

  /** Logs how many requests had no line since the last summary, by their status. */
  summarise(): void {
    clearTimeout(this.summary);
    this.summary = undefined;
    if (this.omitted.size > 0)
      this.log.info(
        { omitted: Object.fromEntries(this.omitted) },
        'requests without an account, more than are logged one by one',
      );
    this.omitted.clear();
  }
}
