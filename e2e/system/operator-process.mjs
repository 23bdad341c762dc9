import 'reflect-metadata';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

const [, , dist] = process.argv;
const [{ commandConfig }, { runCommandLine }] = await Promise.all(
  ['accounts.config.js', 'cli/command-line.js'].map((file) => import(`${dist}/${file}`)),
);

/**
 * Runs commands of the operators' command line, each with its own standard input, as JSON on each line of ours, one
 * after the other: loading it takes longer than all of them.
 */
for await (const line of createInterface({ input: process.stdin })) {
  const { parameters, input } = JSON.parse(line);
  Object.defineProperty(process, 'stdin', { value: Readable.from([input]), configurable: true });
  const code = await runCommandLine(parameters, () => commandConfig(process.env));
  process.stdout.write(`\u0000${code}\n`);
}
