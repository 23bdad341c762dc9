import { invalid, type FieldErrors } from '@refundry/errors';
import type { WebhookFormat } from './webhook-message.js';

/** An endpoint as clients describe it; what is left out of a change stays as it is. */
export interface WebhookInput {
  readonly url?: string;
  readonly description?: string;
  readonly event_types?: readonly string[];
  readonly format?: WebhookFormat;
  readonly is_active?: boolean;
}

/** Which events are to be sent again. */
export interface ReplayInput {
  readonly since: string;
  readonly until?: string | null;
  readonly types?: readonly string[] | null;
  /** Deliveries that failed or were discarded, or all events of the log. */
  readonly only: 'failed' | 'all';
}

interface WebhookRules {
  /** The types of the catalogue. */
  readonly types: readonly string[];
  readonly allowsPlain: boolean;
}

/** @throws Failure `invalid` for a URL that nothing may be sent to, and for types that there are not */
export function checkWebhook({ url, event_types: types }: WebhookInput, rules: WebhookRules): void {
  const errors: Record<string, FieldErrors> = {};
  const ofUrl = url === undefined ? undefined : complaintOfUrl(url, rules);
  const ofTypes = types === undefined ? [] : complaintsOfTypes(types, rules);
  if (ofUrl !== undefined) errors.url = [ofUrl];
  if (ofTypes.length > 0) errors.event_types = ofTypes;
  if (Object.keys(errors).length > 0) throw invalid(errors);
}

function complaintOfUrl(text: string, { allowsPlain }: WebhookRules): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) return 'Enter a valid URL.';
  if (url.username !== '' || url.password !== '') return 'Enter a URL without user and password.';
  return url.protocol === 'https:' || allowsPlain ? undefined : 'Enter a URL that begins with https://.';
}

/** A message for each type that is not known, and none that begins as `….*` does. */
export const complaintsOfTypes = (wanted: readonly string[], { types }: Pick<WebhookRules, 'types'>): string[] =>
  wanted.filter((type) => !isKnown(type, types)).map((type) => `"${type}" is not a known event type.`);

const isKnown = (wanted: string, types: readonly string[]): boolean =>
  wanted.endsWith('.*') ? types.some((type) => type.startsWith(wanted.slice(0, -1))) : types.includes(wanted);
