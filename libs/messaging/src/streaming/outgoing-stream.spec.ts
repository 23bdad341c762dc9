import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FairScheduler, mebibyte } from '@refundry/concurrency';
import { OutgoingStream } from './outgoing-stream.js';
import { partBytes, windowBytes } from './stream-part.js';
import { Streamed } from './streamed.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('a stream whose source gives a large piece', () => {
  it('sends each window of it in its turn, and waits while another has the turn', async () => {
    const scheduler = new FairScheduler();
    let sent = 0;
    const stream = new OutgoingStream(
      Streamed.whole(new Uint8Array(mebibyte)),
      Date.now() + 1000,
      () => partBytes,
      scheduler,
      (_, bytes) => {
        sent += bytes.length;
      },
    );
    const run = stream.run();
    await jest.advanceTimersByTimeAsync(0);
    expect(sent).toBe(windowBytes);
    const other = {};
    await scheduler.acquire(other);
    stream.grant(mebibyte / 2);
    await jest.advanceTimersByTimeAsync(0);
    expect(sent).toBe(windowBytes);
    scheduler.release(other);
    await jest.advanceTimersByTimeAsync(0);
    expect(sent).toBe(mebibyte / 2);
    stream.grant(2 * mebibyte);
    await run;
    expect(sent).toBe(mebibyte);
  });
});
