import { chosen } from './benchmarks.js';
import { Interrupted, interruption } from './interruption.js';
import { readCommand } from './options.js';

try {
  const { names, options } = readCommand(process.argv.slice(2));
  const signal = interruption();
  for (const benchmark of chosen(names)) await benchmark(options, signal);
} catch (error) {
  if (!(error instanceof Interrupted)) console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
}
