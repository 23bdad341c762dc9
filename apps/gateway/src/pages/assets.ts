import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** What pages are made with beside their markup: one stylesheet, one icon, and a script in modules. */
export interface Asset {
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly etag: string;
}

const folder = new URL('../../assets/', import.meta.url);
const contentTypes: Readonly<Record<string, string>> = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' };

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64url').slice(0, 16);

export const assetOf = (contentType: string, bytes: Buffer): Asset => ({ contentType, bytes, etag: `"${digestOf(bytes)}"` });

/** By name. */
export const assets: ReadonlyMap<string, Asset> = new Map(readdirSync(folder).sort().flatMap((name) => {
  const contentType = contentTypes[name.split('.').at(-1) ?? ''];
  const bytes = readFileSync(new URL(name, folder));
  return contentType === undefined ? [] : [[name, assetOf(contentType, bytes)]];
}));

/** Of all of them together, for the modules of the script name each other. */
export const assetsVersion = digestOf(Buffer.from([...assets.values()].map(({ etag }) => etag).join()));

/** Another content has another address. */
export const addressOfAsset = (name: string): string => `/api/assets/${assetsVersion}/${name}`;
