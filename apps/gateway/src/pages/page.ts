import type { Mount } from '../mounts/mount.js';

/** An answer that a person is to look at. */
export interface Shown {
  readonly mount: Mount;
  readonly method: string;
  /** The request's target: path and query. */
  readonly target: string;
  readonly status: number;
  /** Those of the answer, but for the page's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON in UTF-8. */
  readonly body: Uint8Array;
}

/** A page of HTML that shows an answer. */
export function renderPage({ method, target, status, body }: Shown): string {
  return `<!doctype html><meta charset="utf-8"><title>${escapeHtml(target)}</title><pre>${escapeHtml(`${method} ${target}\n\n${status}\n\n${Buffer.from(body).toString()}`)}</pre>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
