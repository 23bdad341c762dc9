import { parseExactly, segmentOf } from '@refundry/resource';
import { splitUrl } from '../addresses/request-target.js';
import type { Mount } from '../mounts/mount.js';

/** An answer that a person is to look at. */
export interface PageView {
  readonly mount: Mount;
  readonly method: string;
  /** The request's target: path and query. */
  readonly target: string;
  /** The keys in the path, decoded. */
  readonly keys: Keys;
  /** Beginning of the links of a list to its pages, where that isn't its own path. */
  readonly listPath?: string;
  /** The prefix of the links in the answer. */
  readonly publicBase: string;
  readonly status: number;
  /** Those of the answer, but for the page's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON in UTF-8, or its beginning. */
  readonly body: Uint8Array;
}

export interface Keys {
  readonly key?: string;
  readonly within?: string;
}

/** Its address, without a slash at its end: neither by an alias nor with a format behind. */
export const pathOf = ({ path }: Pick<Mount, 'path'>, keys: Keys): string =>
  path
    .split('/')
    .map((segment) => (segment.startsWith(':') ? segmentOf(keys[segment.slice(1) as keyof Keys] ?? '') : segment))
    .join('/');

/** The path to request it again by: that of a list with the format behind it, if there was one. */
export const againAt = ({ mount, keys, listPath }: Pick<PageView, 'mount' | 'keys' | 'listPath'>): string =>
  listPath ?? `${pathOf(mount, keys)}/`;

/** The query of the request. */
export const queryOf = ({ target }: Pick<PageView, 'target'>): string => splitUrl(target).query;

/**
 * Of a larger answer a page shows so many bytes and no more: the gateway has others to answer while it colours them,
 * and a browser chokes.
 */
export const maxShown = 128 * 1024;

export const isWhole = ({ body }: PageView): boolean => body.length <= maxShown;

/** The answer as text; where a part is shown, without the character that it ends within. */
export const textOf = (shown: PageView): string =>
  new TextDecoder().decode(shown.body.subarray(0, maxShown), { stream: true });

/** The answer to a GET that found something; undefined where that can't be told from what is shown. */
export function found(shown: PageView): Record<string, unknown> | undefined {
  if (shown.method !== 'GET' || shown.status !== 200 || !isWhole(shown)) return undefined;
  const value = parseExactly(textOf(shown));
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}
