import { InvalidArgumentError } from 'commander';
import { print, type Answer } from './output.js';

/** Makes a command's action from the work it does: its answer is printed, as JSON where that is asked for. */
export const action =
  <O>(work: (options: O) => Promise<Answer>) =>
  async (options: O & { json?: boolean }): Promise<void> => {
    print(await work(options), options.json ?? false);
  };

/** Reads an option that is a row's id. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
