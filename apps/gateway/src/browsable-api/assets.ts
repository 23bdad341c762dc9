import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The assets of pages beside their markup: one stylesheet, one icon, and a script in modules. */
export interface Asset {
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly etag: string;
}

const folder = new URL('../../assets/', import.meta.url);
const contentTypes: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

const contentTypeOf = (name: string): string | undefined => contentTypes[name.split('.').at(-1) ?? ''];

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64url').slice(0, 16);

export const assetOf = (contentType: string, bytes: Buffer): Asset => ({
  contentType,
  bytes,
  etag: `"${digestOf(bytes)}"`,
});

/** Ours, by name. */
const assets: ReadonlyMap<string, Asset> = new Map(
  readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const contentType = contentTypeOf(name);
      return contentType === undefined ? [] : [[name, assetOf(contentType, readFileSync(new URL(name, folder)))]];
    }),
);

/** Swagger UI is far larger than ours, and few ask for it. */
const packaged: ReadonlySet<string> = new Set(['swagger-ui.css', 'swagger-ui-bundle.js']);
const read = new Map<string, Asset>();
const { resolve } = createRequire(import.meta.url);

/** Returns the asset of that name, if there is one. */
export const assetNamed = (name: string): Asset | undefined =>
  assets.get(name) ?? read.get(name) ?? (packaged.has(name) ? readPackaged(name) : undefined);

function readPackaged(name: string): Asset {
  const asset = assetOf(contentTypeOf(name) ?? '', readFileSync(resolve(`swagger-ui-dist/${name}`)));
  read.set(name, asset);
  return asset;
}

/** Of all of them together, for the modules of the script name each other. */
export const assetsVersion = digestOf(
  Buffer.from(
    [...assets.values()].map(({ etag }) => etag).join() + readFileSync(resolve('swagger-ui-dist/package.json'), 'utf8'),
  ),
);

/** Another content has another address. */
export const addressOfAsset = (name: string): string => `/api/assets/${assetsVersion}/${name}`;
