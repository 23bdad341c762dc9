import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { say } from './progress.js';
import { repository } from './toolbox.js';

const service = 'generated-trial';
const resource = ['generated-parts', '--fields', 'customer:integer,balance:decimal,note:string?'];
const switches = ['--detail', '--create', '--csv'];
const consumer = ['--of', 'reservation-refund', '--type', 'reservation_refund.paid'];
const places = [`apps/${service}`, `libs/contracts/src/${service}`, `e2e/${service}`];

/** The sources, those that are not committed too. */
const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
  cwd: repository,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(repository, path)));
const compiled = globSync(
  ['{libs,apps}/*/{dist,node_modules,tsconfig.tsbuildinfo}', 'tools/{dist,tsconfig.tsbuildinfo}'],
  {
    cwd: repository,
  },
);

/** A copy beside the repository, so that packages can be links to the same files. */
const copy = mkdtempSync(join(dirname(repository.replace(/\/$/, '')), '.refundry-generators-'));

/** Jest needs it for modules. */
const esModules = ['--experimental-vm-modules', '--no-warnings'];

function run(command: string, ...args: readonly string[]): void {
  const begun = performance.now();
  const script = realpathSync(join(copy, 'node_modules', '.bin', command));
  const { status, stdout, stderr } = spawnSync(process.execPath, [...esModules, script, ...args], {
    cwd: copy,
    encoding: 'utf8',
  });
  say(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${command} ${args.join(' ')}`);
  if (status !== 0) throw new Error(`${command} failed:\n${stdout}${stderr}`);
}

/** Hashes of the sources of the copy, by path. */
const contents = (): Map<string, string> =>
  new Map(
    globSync('**/*', {
      cwd: copy,
      withFileTypes: true,
      exclude: (entry) => /^(node_modules|dist|\.nx)$/.test(entry.name),
    })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.tsbuildinfo'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );

function trial(): void {
  for (const path of [...sources, ...compiled])
    cpSync(join(repository, path), join(copy, path), { recursive: true, preserveTimestamps: true });
  execFileSync('cp', ['-al', join(repository, 'node_modules'), join(copy, 'node_modules')]);
  const before = contents();
  run('nx', 'g', '@refundry/workspace:service', service, '--family', 'oms');
  run('nx', 'g', '@refundry/workspace:resource', service, ...resource, ...switches);
  run('nx', 'g', '@refundry/workspace:consumer', service, ...consumer);
  run('tsc', '-b', `apps/${service}`, 'apps/gateway', 'apps/accounts', 'tools');
  run('prettier', '--check', ...places, 'libs/contracts/src/index.ts');
  run('oxlint', ...places);
  run('depcruise', '--config', '.dependency-cruiser.cjs', ...places);
  const specs = [
    `apps/${service}`,
    `e2e/${service}`,
    'libs/workspace/src/generated',
    'libs/contracts',
    'tools/src/words',
  ];
  run('jest', '--ci', '--forceExit', ...specs);
  run('nx', 'g', '@refundry/workspace:remove', service);
  const after = contents();
  const left = [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path));
  if (left.length > 0) throw new Error(`The removed service has left or changed:\n${left.join('\n')}`);
  say('The generated service was built, linted and tested, and has left nothing.');
}

try {
  trial();
} finally {
  rmSync(copy, { recursive: true, force: true });
}
