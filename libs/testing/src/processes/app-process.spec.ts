import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { AppProcess, type AppProcessOptions } from './app-process.js';

const forever = 'setInterval(() => {}, 1000);';
const ready =
  'console.log(JSON.stringify({ level: 30, url: "http://127.0.0.1:1", operations: "http://127.0.0.1:2", msg: ' +
  '"ready" }));';

describe('an app as a child process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('is there when its ready line is', async () => {
    const app = await AppProcess.start(
      toy(`console.log('not json'); console.log('{"msg":"starting"}'); ${ready} ${forever}`),
    );
    expect([app.url, app.operations]).toEqual(['http://127.0.0.1:1', 'http://127.0.0.1:2']);
    expect(app.lines.slice(0, 2)).toEqual(['not json', '{"msg":"starting"}']);
    expect(await app.stop()).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('may end in its own way', async () => {
    const app = await AppProcess.start(
      toy(`process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); ${ready} ${forever}`),
    );
    expect(await app.stop()).toEqual({ code: 0, signal: null });
    expect(app.lines.at(-1)).toBe('bye');
  });

  it('is ended by force when it does not end', async () => {
    const app = await AppProcess.start(toy(`process.on('SIGTERM', () => {}); ${ready} ${forever}`));
    expect(await app.stop(50)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('tells how it ended when it ends before it is ready', async () => {
    const failing = AppProcess.start(
      toy('console.log(\'{"msg":"starting"}\'); console.error(\'DATABASE_URL is missing\'); process.exitCode = 3;'),
    );
    await expect(failing).rejects.toThrow(
      'toy ended with exit code 3 before it was ready; its last lines:\n  DATABASE_URL is missing',
    );
  });

  it('tells that it takes too long, and ends it', async () => {
    const slow = AppProcess.spawn({ ...toy(`console.log('{"msg":"connecting"}'); ${forever}`), readyWithinMs: 300 });
    await expect(slow.ready()).rejects.toThrow('toy was not ready within 0.3 s');
    expect(slow.hasExited).toBe(true);
  });

  it('sees nothing of our environment, and learns when we are gone', async () => {
    const app = await AppProcess.start(
      toy(
        `console.log(Object.keys(process.env).join()); process.on('disconnect', () => {}); ` +
          `console.log(process.connected); ${ready} ${forever}`,
        { ONLY: 'this' },
      ),
    );
    expect(app.lines.slice(0, 2)).toEqual(['ONLY', 'true']);
    app.kill('SIGKILL');
    expect(await app.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  function toy(source: string, env: NodeJS.ProcessEnv = {}): AppProcessOptions {
    const script = join(folder, `${crypto.randomUUID()}.mjs`);
    writeFileSync(script, source);
    return { name: 'toy', script, env };
  }
});
