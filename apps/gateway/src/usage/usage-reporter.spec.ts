import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { mountedEndpoints, type UsageBatch } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import type { RpcClient } from '@refundry/messaging';
import { dialects } from '../families/dialects.js';
import { mountsOf, type Mount } from '../mounts/mount.js';
import { UsageCounter } from './usage-counter.js';
import { UsageReporter } from './usage-reporter.js';

Logger.overrideLogger(false);

const [mount] = mountsOf(mountedEndpoints, dialects) as [Mount];

/** Accounts that answer when they are there. */
class Accounts {
  isAway = false;
  readonly sent: UsageBatch[] = [];

  async call(_operation: object, batch: UsageBatch): Promise<void> {
    await Promise.resolve();
    this.sent.push(batch);
    if (this.isAway) throw new Failure('unavailable');
  }
}

function gateway() {
  const [accounts, counter] = [new Accounts(), new UsageCounter()];
  const reporter = new UsageReporter(counter, accounts as unknown as RpcClient);
  const use = (account: number): void => {
    counter.add({
      account,
      actor: { kind: 'token', id: '7' },
      mount,
      method: 'GET',
      receivedAt: 0,
      status: 200,
      bytes: 0,
    });
  };
  return { accounts, reporter, use };
}

const requestsIn = ({ counts }: UsageBatch): number => counts.reduce((sum, { requests }) => sum + requests, 0);

describe('handing over usage', () => {
  it('sends nothing where nothing was counted', async () => {
    const { accounts, reporter } = gateway();
    await reporter.onApplicationShutdown();
    expect(accounts.sent).toEqual([]);
  });

  it('sends all counts before the gateway ends, in batches of bounded size', async () => {
    const { accounts, reporter, use } = gateway();
    for (let account = 1; account <= 400; account += 1) use(account);
    await reporter.onApplicationShutdown();
    expect(accounts.sent.map(({ sequence, counts }) => [sequence, counts.length])).toEqual([
      [1, 150],
      [2, 150],
      [3, 100],
    ]);
    expect(new Set(accounts.sent.map((batch) => batch.gateway)).size).toBe(1);
  });

  it('repeats a batch that may not have arrived as it was, and sums up what is counted meanwhile', async () => {
    const { accounts, reporter, use } = gateway();
    use(1);
    accounts.isAway = true;
    await reporter.onApplicationShutdown();
    for (let round = 0; round < 3; round += 1) use(1);
    await reporter.onApplicationShutdown();
    accounts.isAway = false;
    await reporter.onApplicationShutdown();
    const [first, again, once, rest] = accounts.sent;
    expect([again, once]).toEqual([first, first]);
    expect(rest).toMatchObject({ sequence: 2 });
    expect([first, rest].map((batch) => requestsIn(batch!))).toEqual([1, 3]);
    expect(accounts.sent).toHaveLength(4);
  });
});
