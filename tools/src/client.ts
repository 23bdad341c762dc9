import { resolve } from 'node:path';
import { readClientOptions } from './client/client-options.js';
import { makeClient } from './client/make-client.js';
import { say } from './progress.js';
import { sentenceOf } from './refusal.js';
import { repository } from './toolbox.js';

try {
  const { url, into } = readClientOptions(process.argv.slice(2));
  const folder = resolve(repository, into);
  await makeClient(url, folder);
  say(`The client is in ${folder}.`);
} catch (error) {
  say(sentenceOf(error));
  process.exitCode = 1;
}
