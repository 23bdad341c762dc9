import 'reflect-metadata';
import { argv, env } from 'node:process';
import { commandConfig } from './accounts.config.js';
import { runCommandLine } from './cli/command-line.js';

process.exitCode = await runCommandLine(argv.slice(2), () => commandConfig(env));
