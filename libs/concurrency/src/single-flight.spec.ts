import { expect, it } from '@jest/globals';
import { SingleFlight } from './index.js';

/** Calls that end when the spec says so. */
function pendingCalls(max?: number) {
  const begun: [account: number, step: string][] = [];
  const ends: PromiseWithResolvers<string>[] = [];
  const flight = new SingleFlight((account: number, step: string) => {
    begun.push([account, step]);
    const end = Promise.withResolvers<string>();
    ends.push(end);
    return end.promise;
  }, max);
  return { begun, ends, call: (account: number, step: string) => flight.run(account, step) };
}

it('shares a call among those that come while it is in flight', async () => {
  const { begun, ends, call } = pendingCalls();
  const answers = [call(1, 'addresses'), call(1, 'addresses'), call(1, 'channels'), call(2, 'addresses')];
  expect(begun).toEqual([
    [1, 'addresses'],
    [1, 'channels'],
    [2, 'addresses'],
  ]);
  for (const [index, end] of ends.entries()) end.resolve(`answer ${index}`);
  expect(await Promise.all(answers)).toEqual(['answer 0', 'answer 0', 'answer 1', 'answer 2']);
});

it('makes the call again when it has ended, also by an error', async () => {
  const { begun, ends, call } = pendingCalls();
  const first = call(1, 'addresses');
  ends[0]?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  const second = call(1, 'addresses');
  ends[1]?.resolve('yes');
  expect(await second).toBe('yes');
  expect(begun).toHaveLength(2);
});

it('refuses a further call while too many are in flight, but shares those', async () => {
  const { begun, ends, call } = pendingCalls(1);
  const first = call(1, 'addresses');
  await expect(call(2, 'addresses')).rejects.toMatchObject({ code: 'overloaded' });
  const shared = call(1, 'addresses');
  ends[0]?.resolve('yes');
  expect(await Promise.all([first, shared])).toEqual(['yes', 'yes']);
  expect(begun).toHaveLength(1);
});
