import { parseArgs } from 'node:util';
import { Refusal } from '../refusal.js';

/** The options of `npm run client`. */
export interface ClientOptions {
  /** Of the gateway that the client asks unless told otherwise. */
  readonly url: string;
  readonly into: string;
}

const usage = 'npm run client -- --url <address of the gateway> --into <folder>';

/** @throws Refusal, or one sentence of Node's, about a flag that is unknown or an address that is none */
export function readClientOptions(args: string[]): ClientOptions {
  const {
    values: { url, into, help },
  } = parseArgs({
    args,
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:8080' },
      into: { type: 'string', default: 'clients/typescript' },
      help: { type: 'boolean', default: false },
    },
  });
  if (help) throw new Refusal(`${usage} writes a TypeScript client of the API.`);
  if (!/^https?:\/\/./.test(url) || !URL.canParse(url))
    throw new Refusal(`--url must be an address such as https://api.shop.example, not "${url}".`);
  return { url, into };
}
