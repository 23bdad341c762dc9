import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../system/client.js';
import { documented } from '../system/documents.js';
import { upstreamReason } from '../system/reasons.js';
import { RunningSystem } from '../system/running-system.js';

const hasPython = spawnSync('python3', ['-c', 'import requests']).status === 0;
if (!hasPython)
  console.warn("The documents' Python samples were not run: there is no python3 with requests on this machine.");

/** Prints what a sample prints as JSON. */
const asJson = 'import ast, json, sys; print(json.dumps(ast.literal_eval(sys.stdin.read())))';

(hasPython ? describe : describe.skip)("the documents' Python samples", () => {
  let system: RunningSystem;
  let client: Client;

  beforeAll(async () => {
    system = await RunningSystem.start();
    client = await system.newClient();
    await system.simulator.setReasons([
      upstreamReason(1, { subject: 'Yanlış ürün aldım.' }),
      upstreamReason(2, { subject: 'Ürünü satın almaktan vazgeçtim.' }),
    ]);
  });

  afterAll(() => system.stop());

  it('pull, list and show one reason, with nothing filled in but scheme, domain and token', async () => {
    expect(await runSample('pull.py')).toEqual({});
    expect(await runSample('list.py')).toEqual(await client.page());
    expect(await runSample('detail.py')).toEqual((await client.get('1/')).json);
    expect((await client.page()).results.map(({ id, subject }) => [id, subject])).toEqual([
      [1, 'Yanlış ürün aldım.'],
      [2, 'Ürünü satın almaktan vazgeçtim.'],
    ]);
  });

  it('work on the doubled path and on the single one alike', async () => {
    expect(await runSample('pull.py', doubled)).toEqual({});
    expect(await runSample('list.py', single)).toEqual(await runSample('list.py'));
    expect(await runSample('detail.py', single)).toEqual(await runSample('detail.py'));
  });

  it('print the empty object of a refusal', async () => {
    for (const sample of ['pull.py', 'list.py', 'detail.py'])
      expect(await runSample(sample, (text) => text.replace(client.token, 'unknown'))).toEqual({});
  });

  it('set up the addresses', async () => {
    const { result: before } = (await runSample('get_async_status.py')) as { result: string };
    expect([before, await client.setup('addresses').isRequired(), await runSample('is_required.py')]).toEqual([
      'READY',
      'true',
      200,
    ]);
    expect(await runSample('execute.py')).toBe(204);
    await client.setup('addresses').ended();
    expect(await runSample('get_async_status.py')).toEqual({ result: 'FINISHED' });
    expect([await client.setup('addresses').isRequired(), await runSample('is_required.py')]).toEqual(['false', 200]);
  });

  it('list the customers and describe the list', async () => {
    await client.setup('channels').run();
    await client.setup('customers').run();
    expect(await runSample('list-simple.py')).toEqual(await client.json('/api/v1/oms/customers/list-simple/'));
    expect(await runSample('options.py')).toMatchObject({ name: 'list-simple' });
  });

  it('of the address setup print why they are refused', async () => {
    const unknown = (text: string): string => text.replace(client.token, 'unknown');
    expect([
      await runSample('execute.py', unknown),
      await runSample('is_required.py', unknown),
      await runSample('get_async_status.py', unknown),
    ]).toEqual([401, 401, { detail: 'Invalid token.' }]);
  });

  /** @param change what to change in the filled-in sample */
  async function runSample(sample: string, change = (text: string): string => text): Promise<unknown> {
    const document =
      Object.entries(otherSamples).find(([, samples]) => samples.includes(sample))?.[0] ?? 'oms-cancellation-reasons';
    const filledIn = documented(`${document}/${sample}`)
      .replace('https://{domain_url}', system.url)
      .replace(/(?<=token = ")[^"]*/, client.token);
    return JSON.parse(await python(asJson, await python(change(filledIn)))) as unknown;
  }
});

const otherSamples = {
  'oms-address-setup': ['execute.py', 'get_async_status.py', 'is_required.py'],
  'oms-customers': ['list-simple.py', 'options.py'],
};

const single = (sample: string): string => sample.replace('/api/v1/oms/api/v1/oms/', '/api/v1/oms/');
const doubled = (sample: string): string => sample.replace('/api/v1/oms/', '/api/v1/oms/api/v1/oms/');

function python(program: string, input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', ['-c', program], {
      env: { PATH: process.env.PATH, PYTHONIOENCODING: 'utf-8', NO_PROXY: '*' },
    });
    let [printed, complaint] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    child.on('error', reject).on('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(complaint));
    });
    child.stdin.end(input);
  });
}
