import { acceptedFormats, metadata, type Family, type Format, type MountedEndpoint } from '@refundry/resource';
import type { Dialect } from '../families/dialect.js';

/** Everything that is answered at one path, as a view of Django REST framework: its endpoints by method. */
export interface Mount {
  readonly family: Family;
  /** With the dialect's base; the form that links use. */
  readonly path: string;
  /** The name in `OPTIONS`. */
  readonly name: string;
  /** The browsable pages above it, the outermost first. */
  readonly above: readonly Pick<Mount, 'path' | 'name' | 'dialect'>[];
  /** `path`, its aliases, all below each base, and those of both that end in a format, which is asked for so. */
  readonly routes: ReadonlyMap<string, Format | undefined>;
  readonly dialect: Dialect;
  /** `HEAD` asks what `GET` asks. */
  readonly endpoints: ReadonlyMap<string, MountedEndpoint>;
  /** The scope needed by OPTIONS and by methods that don't exist. */
  readonly scope: string;
  /** Needs no credential. */
  readonly isPublic: boolean;
  /** The formats that `Accept` can choose, the preferred one first. */
  readonly formats: readonly Format[];
  /** The formats that can be chosen by name. */
  readonly namedFormats: readonly Format[];
  readonly bare401: boolean;
  /** On every answer from here. */
  readonly headers: Readonly<Record<string, string>>;
  /** The answer to OPTIONS. */
  readonly metadata: Buffer;
}

/** Nest's token for all of them. */
export const mountsToken = Symbol('Mounts');

type Group = [MountedEndpoint, ...MountedEndpoint[]];

/** Groups endpoints by path. */
export function mountsOf(endpoints: readonly MountedEndpoint[], dialects: Readonly<Record<Family, Dialect>>): Mount[] {
  const groups = Map.groupBy(endpoints, ({ family, path }) => dialects[family].base + path);
  const all = [...groups].map(([path, group]) => mount(path, group as Group, dialects));
  return all.map((below) => ({
    ...below,
    above: all.filter((above) => above.namedFormats.includes('api') && standsBelow(below.path, above.path)),
  }));
}

/** Any name of a path parameter is that of a key. */
const standsBelow = (path: string, above: string): boolean =>
  path.replaceAll(/:\w+/g, ':').startsWith(`${above.replaceAll(/:\w+/g, ':')}/`);

function mount(path: string, group: Group, dialects: Readonly<Record<Family, Dialect>>): Omit<Mount, 'above'> {
  const [first] = group;
  const dialect = dialects[first.family];
  const methods = new Map<string, MountedEndpoint>(
    group.flatMap((endpoint) => endpoint.methods.map((method) => [method, endpoint] as const)),
  );
  if (methods.size < group.reduce((sum, endpoint) => sum + endpoint.methods.length, 0))
    throw new Error(`Two endpoints at ${path} take the same method.`);
  const get = methods.get('GET');
  const allow = [...methods.keys(), ...(get ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  if (get) methods.set('HEAD', get);
  // Only what is read comes in several formats.
  const { formats } = get ?? first;
  const places = [dialect.base, ...dialect.otherBases].flatMap((base) =>
    [first.path, ...first.aliases].map((place) => base + place),
  );
  return {
    family: first.family,
    path,
    name: first.name,
    routes: new Map(places.flatMap((route) => [[route, undefined], ...withSuffixes(route, dialect)])),
    dialect,
    endpoints: methods,
    scope: first.scope,
    isPublic: group.every(({ isPublic }) => isPublic),
    formats: acceptedFormats(formats),
    // People may look at whatever can be read.
    namedFormats: [
      ...new Set([...acceptedFormats(formats), ...(get && get.kind !== 'action' ? ['api' as const] : [])]),
    ],
    bare401: first.bare401,
    headers: { allow, ...(formats.length > 1 && { vary: 'Accept' }) },
    metadata: Buffer.from(JSON.stringify(metadata(group))),
  };
}

/**
 * `…/supplier-refunds.json` and `…/supplier-refunds/.json`; a row's key may end so itself, which only its service can
 * tell.
 */
const withSuffixes = (route: string, { suffixes }: Dialect): [string, Format][] =>
  route.includes(':')
    ? []
    : suffixes.flatMap(
        (format) =>
          [
            [`${route}.${format}`, format],
            [`${route}/.${format}`, format],
          ] as [string, Format][],
      );
