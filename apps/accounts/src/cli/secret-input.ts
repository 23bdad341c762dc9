import { Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

/** The source of a secret, and the prompt for it at a terminal. */
export interface SecretSource {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: Pick<NodeJS.WritableStream, 'write'>;
}

const standard = (): SecretSource => ({ input: process.stdin, output: process.stderr });

/** Whether a person sits at the terminal that standard input is. */
export const canPrompt = ({ input }: SecretSource = standard()): boolean => input.isTTY === true;

/**
 * Reads a secret from standard input: one line of a file or pipe, or what a person types at a terminal, which shows
 * nothing of it. An argument, or a variable of the environment, would be seen by others on the machine.
 *
 * @throws Error when the person ends the input instead
 */
export async function readSecret(name: string, source: SecretSource = standard()): Promise<string> {
  return canPrompt(source) ? typedSecret(name, source) : (await text(source.input)).replace(/\r?\n$/, '');
}

async function typedSecret(name: string, { input, output }: SecretSource): Promise<string> {
  const noEcho = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({ input, output: noEcho, terminal: true, historySize: 0 });
  output.write(`${name}: `);
  try {
    return await new Promise((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => {
        lines.close();
      });
      lines.once('close', () => {
        reject(new Error(`No ${name.toLowerCase()} was given.`));
      });
    });
  } finally {
    lines.close();
    output.write('\n');
  }
}
