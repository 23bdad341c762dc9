import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeClient } from './client/make-client.js';
import { say } from './progress.js';
import { sentenceOf } from './refusal.js';
import { repository } from './toolbox.js';

/** Makes the TypeScript client of the API: `--url` of the gateway that it asks unless told otherwise, `--into` a folder. */
const { values: { url, into } } = parseArgs({ options: { url: { type: 'string', default: 'http://127.0.0.1:8080' }, into: { type: 'string', default: 'clients/typescript' } } });

try {
  const folder = resolve(repository, into);
  await makeClient(url, folder);
  say(`The client is in ${folder}.`);
} catch (error) {
  say(sentenceOf(error));
  process.exitCode = 1;
}
