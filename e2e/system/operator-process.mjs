import 'reflect-metadata';
import { createInterface } from 'node:readline';
import { commandConfig } from '../../apps/accounts/dist/accounts.config.js';
import { runCommandLine } from '../../apps/accounts/dist/cli/command-line.js';

/** Runs commands of the operators' command line, a JSON array on each line of the input, one after the other: loading it takes longer than all of them. */
for await (const line of createInterface({ input: process.stdin })) {
  const code = await runCommandLine(JSON.parse(line), () => commandConfig(process.env));
  process.stdout.write(`\u0000${code}\n`);
}
