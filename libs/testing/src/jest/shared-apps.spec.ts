import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SharedApps } from './shared-apps.js';

describe('the apps that spec files share', () => {
  const folder = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
  const started = join(folder, 'started');
  let apps: SharedApps;

  beforeAll(async () => {
    apps = await SharedApps.open();
  });
  afterAll(async () => {
    await apps.close();
    rmSync(folder, { recursive: true });
  });

  const ask = async (name: string, code: string): Promise<{ status: number; text: string }> => {
    const script = join(folder, `${name}.mjs`);
    writeFileSync(script, code);
    const answer = await fetch(apps.url, { method: 'POST', body: JSON.stringify({ name, script, env: {} }) });
    return { status: answer.status, text: await answer.text() };
  };

  it('are started once, however many files ask for them and whenever', async () => {
    const code = `
      import { appendFileSync } from 'node:fs';
      appendFileSync(${JSON.stringify(started)}, 'once ');
      console.log(JSON.stringify({ msg: 'ready', url: 'http://127.0.0.1:' + process.pid }));
      setInterval(() => {}, 1000);`;
    const answers = [...(await Promise.all([ask('one', code), ask('one', code)])), await ask('one', code)];
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    expect(readFileSync(started, 'utf8')).toBe('once ');
  });

  it('that do not start fail every file that asks for them', async () => {
    for (const answer of [await ask('broken', 'process.exitCode = 3;'), await ask('broken', '')])
      expect(answer).toEqual({ status: 500, text: expect.stringContaining('ended with exit code 3') });
  });
});
