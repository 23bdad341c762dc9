import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOnDisk, generatedFiles } from '@refundry/workspace';
import { say } from './progress.js';
import { repository } from './toolbox.js';

for (const [path, text] of generatedFiles(filesOnDisk(repository))) {
  const file = join(repository, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  writeFileSync(file, text);
  say(`Wrote ${path}.`);
}
