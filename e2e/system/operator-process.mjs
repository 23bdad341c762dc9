import 'reflect-metadata';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

const [, , dist] = process.argv;
const [{ commandConfig }, { runCommandLine }] = await Promise.all(
  ['accounts.config.js', 'cli/command-line.js'].map((file) => import(`${dist}/${file}`)),
);

/**
 * Runs commands of the operators' command line, each with its own standard input given as JSON on each line of ours, one
 * after the other, and answers their results likewise: loading it takes longer than all of them.
 */
for await (const line of createInterface({ input: process.stdin })) {
  const { parameters, input } = JSON.parse(line);
  Object.defineProperty(process, 'stdin', { value: Readable.from([input]), configurable: true });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'])
    process[stream].write = (text) => {
      said[stream] += text;
      return true;
    };
  const code = await runCommandLine(parameters, () => commandConfig(process.env));
  for (const stream of ['stdout', 'stderr']) delete process[stream].write;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal); // as a process's end would
  process.stdout.write(`${JSON.stringify({ code, ...said })}\n`);
}
