import { setTimeout as pause } from 'node:timers/promises';
import type { Reply } from './http-client.js';
import { LoadClient, type LoadContext } from './load-client.js';
import type { Upstream } from './upstream.js';

interface Page<Row> {
  readonly count: number;
  readonly next: string | null;
  readonly results: readonly Row[];
}

const lookEveryMs = 50;
const pageSize = 40;
/** A run that was ordered by an attempt of before may end in between, with what was upstream before. */
const maxRuns = 4;

/** A shop's back office: it reads what it was told to sync from Omnitron. */
export abstract class OmsClient extends LoadClient {
  constructor(
    name: string,
    context: LoadContext,
    private readonly token: string,
    protected readonly upstream: Upstream,
  ) {
    super(name, context);
  }

  /** @param path below `/api/v1/oms/` */
  protected async ask(method: string, path: string, expected: readonly number[] = [200]): Promise<Reply> {
    const question = {
      method,
      path: `/api/v1/oms/${path}`,
      headers: { authorization: `Token ${this.token}`, 'content-type': 'application/json' },
    };
    const { reply } = await this.retryUntilExpected({
      operation: method,
      subject: path,
      question: () => question,
      expected,
    });
    return reply;
  }

  /** Everything that a list has, page by page. */
  protected async rowsOf<Row>(list: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (let page = 1, more = true; more; page += 1) {
      const { count, next, results } = (await this.ask('GET', `${list}?page=${page}&page_size=${pageSize}`))
        .json as Page<Row>;
      rows.push(...results);
      more = next !== null;
      if (!more && count !== rows.length) this.found('wrong answer', list, `it counts ${count} and has ${rows.length}`);
    }
    return rows;
  }

  /** Runs a step of the setup until what is here is what is upstream. */
  protected async runUntil(step: string, isSo: () => Promise<string | undefined>): Promise<void> {
    for (let run = 1; ; run += 1) {
      await this.ask('POST', `setup/${step}/execute/`, [204]);
      const state = await this.endOf(step);
      const difference = state === 'FINISHED' ? await isSo() : `it ended as ${state}`;
      if (difference === undefined) return;
      // Omnitron may have misbehaved more often than a run puts up with.
      if (state === 'FINISHED' && run >= maxRuns) this.found('lost', step, `after ${run} runs ${difference}`);
      if (this.context.patience.aborted) this.found('wrong answer', step, `it does not end well: ${difference}`);
    }
  }

  /** The state in which the step is when it runs no more. */
  protected async endOf(step: string): Promise<string> {
    for (;;) {
      const { result } = (await this.ask('GET', `setup/${step}/get_async_status/`)).json as { result: string };
      if (result !== 'WORKING') return result;
      if (this.context.patience.aborted) this.found('wrong answer', step, 'it does not end');
      await pause(lookEveryMs);
    }
  }
}

/** The first row by which two sets of rows differ, in words; undefined when they are the same. */
export function differenceOf(found: readonly string[], wanted: readonly string[]): string | undefined {
  const [here, there] = [found.toSorted(), wanted.toSorted()];
  const twin = here.find((row, index) => row === here[index + 1]);
  if (twin !== undefined) return `${twin} is there twice`;
  const missing = there.find((row) => !here.includes(row));
  if (missing !== undefined) return `${missing} is missing`;
  const strange = here.find((row) => !there.includes(row));
  return strange === undefined ? undefined : `${strange} is there, and not upstream`;
}
