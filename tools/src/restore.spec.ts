import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { repository } from './toolbox.js';
import { services } from './topology.js';

describe('deploy/restore.sh', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'refundry-restore-'));
    for (const { name } of services) writeFileSync(join(folder, `${name}.dump`), '');
    writeProgram('docker', 'exit 1');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const writeProgram = (name: string, lines: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  };

  /** @param full the databases that hold tables; every database is there */
  const restore = async (
    full: readonly string[],
  ): Promise<{ succeeded: boolean; complaint: string; asked: string[] }> => {
    const log = join(folder, 'asked');
    writeProgram(
      'docker-compose',
      `echo "$*" >> '${log}'\ncase "$*" in\n` +
        `${full
          .map((name) => `*"-d ${name} "*) echo 3;;\n`)
          .join('')}*pg_class*) echo 0;; *pg_database*) echo 1;; esac`,
    );
    const env = { ...process.env, PATH: `${folder}:${String(process.env.PATH)}` };
    const { succeeded, complaint } = await new Promise<{ succeeded: boolean; complaint: string }>((resolve) => {
      execFile('sh', [join(repository, 'deploy', 'restore.sh'), folder], { env }, (error, _, stderr) => {
        resolve({ succeeded: error === null, complaint: stderr });
      });
    });
    return { succeeded, complaint, asked: readFileSync(log, 'utf8').trim().split('\n') };
  };
  const kindOf = (command: string): string => /^(stop|run|up -d$)|pg_restore/.exec(command)?.[0] ?? '';

  it('names every database that is not empty, and ends nothing then', async () => {
    const { succeeded, complaint, asked } = await restore(['oms', 'reservation-refund']);
    expect([succeeded, complaint.split('\n')[0]]).toEqual([
      false,
      'These databases are not empty: oms reservation-refund. Nothing was changed. To begin anew, first:',
    ]);
    expect(asked.map(kindOf).filter((kind) => kind !== '')).toEqual([]);
  });

  it('ends the apps, fills the databases and starts everything', async () => {
    const { succeeded, complaint, asked } = await restore([]);
    expect([succeeded, complaint]).toEqual([true, '']);
    expect(asked.map(kindOf).filter((kind) => kind !== '')).toEqual([
      'stop',
      ...services.map(() => 'run'),
      ...services.map(() => 'pg_restore'),
      'up -d',
    ]);
  });
});
