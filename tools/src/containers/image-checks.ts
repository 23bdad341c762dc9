import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../toolbox.js';
import { images, type Deployment } from './deployment.js';
import { expectEqual } from './expect-equal.js';
import { runProgram } from './run-program.js';

const base = 'node:24-bookworm-slim';
const maxBeyondBase = 250;
const megabyte = 1_000_000;

/** How much each image adds to its base, in MB. @throws when one adds too much */
export async function imageSizes(deployment: Deployment): Promise<string> {
  const sizeOf = async (image: string): Promise<number> =>
    Number(await deployment.docker('image', 'inspect', '--format', '{{.Size}}', image)) / megabyte;
  const baseSize = await sizeOf(base);
  const sizes: string[] = [];
  for (const app of images) {
    const beyond = Math.round((await sizeOf(deployment.imageOf(app))) - baseSize);
    if (beyond > maxBeyondBase) throw new Error(`The image of ${app} has ${beyond} MB beyond its base.`);
    sizes.push(`${app} ${beyond}`);
  }
  return `MB beyond ${Math.round(baseSize)}: ${sizes.join(', ')}`;
}

/** Looks for every secret in every layer, and for what must not be in an image. @throws when it is there */
export async function noSecretsInImages(deployment: Deployment): Promise<void> {
  const secrets = join(deployment.folder, 'all-secrets');
  writeFileSync(secrets, deployment.secrets.join('\n'));
  for (const app of images) {
    const image = deployment.imageOf(app);
    // Its configuration and history are in what is saved too.
    const found = await runProgram(repository, 'sh', [
      '-c',
      'docker save "$0" | grep --count --text --fixed-strings --file "$1" || true',
      image,
      secrets,
    ]);
    expectEqual(`secrets in ${image}`, found.trim(), '0');
    const files = await deployment.docker(
      'run',
      '--rm',
      image,
      'find',
      '/app',
      '(',
      '-name',
      '.env*',
      '-o',
      '-name',
      '.git',
      '-o',
      '-path',
      '/app/apps/*.spec.*',
      '-o',
      '-path',
      '/app/libs/*.spec.*',
      '-o',
      '-path',
      '/app/node_modules/typescript',
      ')',
      '-prune',
      '-print',
    );
    expectEqual(`files of development in ${image}`, files, '');
  }
}
