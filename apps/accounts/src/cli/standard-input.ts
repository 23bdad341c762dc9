import { text } from 'node:stream/consumers';

/**
 * A secret from standard input, without the end of its line: as an argument, or a variable of the environment, it would be seen by
 * others on the machine.
 */
export const secretFromStdin = async (): Promise<string> => (await text(process.stdin)).replace(/\r?\n$/, '');
