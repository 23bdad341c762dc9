import type { DemoReceiver } from './demo-receiver.js';
import { sentenceOf } from './refusal.js';

/** A webhook of the demo account, and the secret it signs with. */
export interface DemoWebhook {
  readonly id: number;
  readonly url: string;
  readonly secret: string;
}

/**
 * Asks a family's API. @param path without a slash at its end
 * @returns what the family's envelope holds @throws Error when it is refused
 */
export type AskFamily = (method: string, path: string, body?: object) => Promise<unknown>;

/** Reads the JSON of an answer; undefined where it has no body. @throws Error when it is a refusal */
export async function acceptedJson(path: string, response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} was refused (${response.status} ${text}).`);
  return text === '' ? undefined : JSON.parse(text);
}

export interface PreparedWebhook {
  readonly webhook?: DemoWebhook;
  readonly trouble?: string;
}

interface WebhookOptions {
  readonly receiver: DemoReceiver;
  readonly eventTypes: readonly string[];
  /** The one of the last start. */
  readonly known: DemoWebhook | undefined;
}

/** The registered webhook. Trouble is told, and no end of the start. */
export async function prepareWebhook(
  connect: () => Promise<AskFamily>,
  options: WebhookOptions,
): Promise<PreparedWebhook> {
  try {
    return { webhook: await register(await connect(), options) };
  } catch (error) {
    return { trouble: `failed: ${sentenceOf(error)}` };
  }
}

/** Registers the receiver, unless an earlier start did, and has it told of everything that is in the log. */
async function register(ask: AskFamily, options: WebhookOptions): Promise<DemoWebhook> {
  const { receiver, eventTypes, known } = options;
  if (known?.url === receiver.url && (await isThere(ask, known))) {
    receiver.accept(known.secret);
    return known;
  }
  if (known && (await isThere(ask, known))) await ask('DELETE', `webhooks/${known.id}`);
  const input = { url: receiver.url, description: 'the receiver of npm start', event_types: eventTypes };
  const { id, secret } = (await ask('POST', 'webhooks', input)) as DemoWebhook;
  receiver.accept(secret);
  await ask('POST', `webhooks/${id}/replay`, { since: '2000-01-01T00:00:00Z', only: 'all' });
  return { id, url: receiver.url, secret };
}

const isThere = (ask: AskFamily, { id }: DemoWebhook): Promise<boolean> =>
  ask('GET', `webhooks/${id}`).then(
    () => true,
    () => false,
  );
