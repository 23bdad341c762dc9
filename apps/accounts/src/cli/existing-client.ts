import { InvalidArgumentError, Option } from 'commander';
import type { ExistingClient } from '../oauth/oauth-clients.service.js';
import { readSecret } from './secret-input.js';

/** As long as a token request takes. */
const [maxClientId, maxSecret] = [100, 200];
const minSecret = 8;
/** Both are printable ASCII (RFC 6749, appendices A.1 and A.2). */
const printable = /^[\x20-\x7e]+$/;

export interface SecretOptions {
  secretStdin?: boolean;
}

export interface ClientOptions extends SecretOptions {
  clientId?: string;
}

export const clientIdOption = (): Option =>
  new Option('--client-id <text>', 'the id that an existing client has already, beside --secret-stdin').argParser(
    readClientId,
  );
export const secretOption = (): Option =>
  new Option(
    '--secret-stdin',
    'read the secret that an existing client has already from standard input, one line; otherwise a new one is ' +
      'made and shown once',
  );

/**
 * Undefined where the client is a new one.
 *
 * @throws Error for an id without a secret or a secret without an id, and as `existingSecret` does
 */
export async function existingClient({
  clientId,
  secretStdin: isGiven = false,
}: ClientOptions): Promise<ExistingClient | undefined> {
  if ((clientId !== undefined) !== isGiven)
    throw new Error('--client-id and --secret-stdin come together: an existing client has both already.');
  const secret = await existingSecret({ secretStdin: isGiven });
  return clientId === undefined || secret === undefined ? undefined : { clientId, secret };
}

/**
 * Undefined where a new one is to be made.
 *
 * @throws Error for a secret that no client could send, or that is too short
 */
export async function existingSecret({ secretStdin: isGiven = false }: SecretOptions): Promise<string | undefined> {
  if (!isGiven) return undefined;
  const secret = await readSecret('Secret');
  if (secret.length >= minSecret && secret.length <= maxSecret && printable.test(secret)) return secret;
  throw new Error(`A client's secret has ${minSecret} to ${maxSecret} characters, all of printable ASCII.`);
}

function readClientId(text: string): string {
  if (text.length <= maxClientId && printable.test(text)) return text;
  throw new InvalidArgumentError(`It must be a text of up to ${maxClientId} characters, all of printable ASCII.`);
}
