import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newReservationCredentials, postReservations } from '../../tools/src/demo-reservation-client.js';
import { newRetailCredentials, postRefunds } from '../../tools/src/demo-retail.js';
import { examplesOf, runExamples, shownOutput } from '../system/guide-examples.js';
import { everyService, RunningSystem } from '../system/running-system.js';

const programs: readonly (readonly [program: string, ...parameters: string[]])[] = [
  ['bash', '--version'],
  ['curl', '--version'],
  ['openssl', 'version'],
  ['python3', '-c', 'import requests'],
];
const missing = programs.filter(([program, ...parameters]) => spawnSync(program, parameters).status !== 0);
if (missing.length > 0)
  console.warn(
    `The guides' examples were not run: ${missing.map((command) => command.join(' ')).join(', ')} fails here.`,
  );

(missing.length === 0 ? describe : describe.skip)('a guide for integrators', () => {
  let system: RunningSystem;
  let folder: string;

  beforeAll(async () => {
    system = await RunningSystem.start({ services: everyService });
    folder = mkdtempSync(join(tmpdir(), 'refundry-guides-'));
    mkdirSync(join(folder, '.data'));
    writeFileSync(join(folder, '.data/demo.json'), JSON.stringify(await demo()));
  });

  afterAll(async () => {
    await system.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['oms.md', 'supplier-refunds.md', 'reservation-refunds.md', 'manual-quotes.md'])(
    'shows what its examples print: %s',
    async (guide) => {
      const examples = examplesOf(guide);
      expect(await runExamples(examples, folder)).toEqual(examples.map(shownOutput));
    },
  );

  /** The content of `demo.json` after `npm start`. */
  async function demo(): Promise<object> {
    const client = await system.newClient();
    await client.setup('channels').run();
    await client.setup('customers').run();
    const operators = { run: <T>(...parameters: string[]): Promise<T> => system.command<T>(...parameters) };
    const retail = await newRetailCredentials(operators, client.account);
    const reservation = await newReservationCredentials(operators, client.account);
    expect([await postRefunds(system.url, retail), await postReservations(system.url, reservation)]).toEqual(['', '']);
    return { gateway: system.url, oms: { token: client.token }, retail, reservation };
  }
});
