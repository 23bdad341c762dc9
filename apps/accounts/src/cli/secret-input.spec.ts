import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { canPrompt, readSecret } from './secret-input.js';

/** A terminal on which somebody types this. */
function terminal(typed: string): {
  input: PassThrough & { isTTY: boolean; isRaw: boolean; setRawMode: (isRaw: boolean) => void };
  output: PassThrough;
} {
  const keyboard = new PassThrough();
  const input = Object.assign(keyboard, {
    isTTY: true,
    isRaw: false,
    setRawMode: (isRaw: boolean): void => {
      input.isRaw = isRaw;
      if (isRaw) setImmediate(() => keyboard.write(typed));
    },
  });
  return { input, output: new PassThrough() };
}

describe('reading a secret', () => {
  it('takes one line of a pipe as it is', async () => {
    const input = new PassThrough();
    input.end(' pässword \r\n');
    expect(canPrompt({ input, output: new PassThrough() })).toBe(false);
    expect(await readSecret('Password', { input, output: new PassThrough() })).toBe(' pässword ');
  });

  it('asks at a terminal, shows nothing of the answer, and restores the terminal', async () => {
    const { input, output } = terminal('secrex\u007ft\r');
    expect(await readSecret('Password', { input, output })).toBe('secret');
    output.end();
    expect([await text(output), input.isRaw]).toEqual(['Password: \n', false]);
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('ends with a sentence at %s', async (_, key) => {
    await expect(readSecret('Password', terminal(key))).rejects.toThrow('No password was given.');
  });
});
