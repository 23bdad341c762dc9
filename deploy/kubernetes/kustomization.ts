import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Ajv, type JSONSchemaType } from 'ajv';
import { parse, parseAllDocuments } from 'yaml';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

interface Replacement {
  readonly op: 'replace';
  readonly path: string;
  readonly value: unknown;
}

/** As much of a kustomization as ours use; a field that is misspelled, or new, is refused. */
export interface Kustomization {
  apiVersion: 'kustomize.config.k8s.io/v1beta1';
  kind: 'Kustomization';
  namespace?: string;
  nameSuffix?: string;
  resources?: string[];
  images?: { name: string; newName: string; newTag: string }[];
  generatorOptions?: { disableNameSuffixHash: true; labels?: Record<string, string> };
  configMapGenerator?: { name: string; behavior?: string; literals?: string[]; files?: string[] }[];
  patches?: { target: { kind: string; name: string }; patch: string }[];
}

const text = { type: 'string' } as const;
const optionalText = { type: 'string', nullable: true } as const;
const schema: JSONSchemaType<Kustomization> = {
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'kind'],
  properties: {
    apiVersion: { type: 'string', const: 'kustomize.config.k8s.io/v1beta1' },
    kind: { type: 'string', const: 'Kustomization' },
    namespace: optionalText,
    nameSuffix: optionalText,
    resources: { type: 'array', nullable: true, items: text, uniqueItems: true },
    images: {
      type: 'array',
      nullable: true,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'newName', 'newTag'],
        properties: { name: text, newName: text, newTag: text },
      },
    },
    generatorOptions: {
      type: 'object',
      nullable: true,
      additionalProperties: false,
      required: ['disableNameSuffixHash'],
      properties: {
        disableNameSuffixHash: { type: 'boolean', const: true },
        labels: { type: 'object', nullable: true, required: [], additionalProperties: text },
      },
    },
    configMapGenerator: {
      type: 'array',
      nullable: true,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: {
          name: text,
          behavior: { ...optionalText, enum: ['merge', null] },
          literals: { type: 'array', nullable: true, items: { ...text, pattern: '^[A-Z_]+=' } },
          files: { type: 'array', nullable: true, items: text },
        },
      },
    },
    patches: {
      type: 'array',
      nullable: true,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['target', 'patch'],
        properties: {
          target: {
            type: 'object',
            additionalProperties: false,
            required: ['kind', 'name'],
            properties: { kind: text, name: text },
          },
          patch: text,
        },
      },
    },
  },
};
const validate = new Ajv({ allErrors: true }).compile(schema);

/**
 * The manifests that `kubectl apply -k` would send of a folder, but for its image names, its namespace and its names'
 * endings.
 */
export interface BuiltKustomization {
  readonly manifests: readonly Manifest[];
  /** The ConfigMaps that are generated. */
  readonly settings: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Every file that was read, relative to this folder. */
  readonly files: readonly string[];
}

/** @throws Error for a kustomization that kustomize would refuse */
export function build(folder: string): BuiltKustomization {
  const file = join(folder, 'kustomization.yaml');
  const kustomization = readKustomization(file);
  const parts = (kustomization.resources ?? []).map((resource) => partOf(join(folder, resource)));
  const manifests = parts.flatMap((part) => part.manifests);
  const settings = new Map(parts.flatMap((part) => [...part.settings]));
  for (const { name, behavior, literals = [], files = [] } of kustomization.configMapGenerator ?? []) {
    if (settings.has(name) !== (behavior === 'merge'))
      throw new Error(`${file}: ${name} is ${settings.has(name) ? 'there already' : 'not there to be merged with'}`);
    const entries = [
      ...literals.map(splitLiteral),
      ...files.map((path): [string, string] => [path, readFileSync(join(folder, path), 'utf8')]),
    ];
    settings.set(name, { ...settings.get(name), ...Object.fromEntries(entries) });
  }
  for (const { target, patch } of kustomization.patches ?? []) {
    const patched = manifests.find(({ kind, metadata }) => kind === target.kind && metadata.name === target.name);
    if (!patched) throw new Error(`${file}: there is no ${target.kind} ${target.name} to be patched`);
    for (const replacement of parse(patch) as Replacement[]) replace(patched, replacement);
  }
  return { manifests, settings, files: [relative(import.meta.dirname, file), ...parts.flatMap((part) => part.files)] };
}

const splitLiteral = (literal: string): [name: string, value: string] => [
  literal.slice(0, literal.indexOf('=')),
  literal.slice(literal.indexOf('=') + 1),
];

export function readKustomization(file: string): Kustomization {
  const kustomization: unknown = parse(readFileSync(file, 'utf8'));
  if (!validate(kustomization)) throw new Error(`${file}: ${JSON.stringify(validate.errors)}`);
  return kustomization;
}

/** The documents of a file. @throws Error for what is no YAML, a key that stands twice too */
export function readManifests(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw new Error(`${file}: ${problem.message}`);
    return document.toJS() as Manifest;
  });
}

/** The YAML files below a folder, relative to this one. */
export function yamlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => relative(import.meta.dirname, join(folder, file)))
    .sort();
}

function partOf(path: string): BuiltKustomization {
  if (statSync(path).isDirectory()) return build(path);
  return { manifests: readManifests(path), settings: new Map(), files: [relative(import.meta.dirname, path)] };
}

/** RFC 6902, `replace`: what is to be replaced must be there. */
function replace(manifest: object, { op, path, value }: Replacement): void {
  const steps = path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop() ?? '';
  const parent = steps.reduce<unknown>(
    (object, step) => (object as Record<string, unknown> | undefined)?.[step],
    manifest,
  ) as Record<string, unknown> | undefined;
  if ((op as string) !== 'replace' || parent?.[last] === undefined) throw new Error(`nothing is at ${path} to ${op}`);
  parent[last] = value;
}
