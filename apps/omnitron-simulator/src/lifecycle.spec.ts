import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@refundry/testing';
import { createSimulator } from './simulator.js';
import { listen } from './lifecycle.js';
import { credentials, RunningSimulator } from './testing/running-simulator.js';

describe('starting and stopping', () => {
  let omnitron: RunningSimulator;
  beforeEach(async () => {
    omnitron = await RunningSimulator.start();
  });
  afterEach(() => omnitron.close());

  it('says in one sentence that the port is taken', async () => {
    const port = Number(new URL(omnitron.url).port);
    const config = {
      host: '127.0.0.1',
      port,
      dataset: undefined,
      districts: 0,
      customers: 0,
      answers: 'envelope',
      ...credentials,
    } as const;
    const second = createSimulator(config);
    await expect(listen(second, config)).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is already taken: choose another PORT.`,
    );
    await second.close();
  });

  it('closes in the middle of an answer that takes its time', async () => {
    await omnitron.fail({ kind: 'latency', ms: 600_000 });
    await omnitron.send('DELETE', '/_control/requests');
    const brokenOff = expect(omnitron.get('/api/v1/channels/')).rejects.toThrow();
    await waitUntil(async () =>
      (await (await omnitron.send('GET', '/_control/requests')).text()).includes('"total":1'),
    );
    await omnitron.close();
    await brokenOff;
  });
});
