import { Interrupted, interruption } from './interruption.js';
import { benchListPage } from './list-page.js';
import { readOptions } from './options.js';

try {
  await benchListPage(readOptions(process.argv.slice(2)), interruption());
} catch (error) {
  if (!(error instanceof Interrupted)) console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
}
