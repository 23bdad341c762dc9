import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

/** A variable that has one value under `npm start` and another in a deployment. */
interface Switch {
  readonly here: string;
  readonly deployed: string;
}

/** Secrets that a service may need beside its URLs, each a key of 32 bytes in base64. */
export type SecretName = 'SECRET_KEY' | 'WIRE_KEY';

/** A service as `apps/<name>/service.json` declares it; `service.schema.json` describes each property. */
export interface ServiceDeclaration {
  readonly name: string;
  readonly does: string;
  readonly owner: string;
  readonly operationsPort: number;
  readonly connections: number;
  /** Of a pod, in MiB. */
  readonly memory: { readonly request: number; readonly limit: number };
  /** In MiB. */
  readonly maxSemiSpace?: number;
  readonly secrets: readonly SecretName[];
  readonly switches: Readonly<Record<string, Switch>>;
  readonly settings: readonly string[];
  readonly operatorsOnly: readonly string[];
  readonly hasJobs: boolean;
  readonly hasEvents: boolean;
  /** The types of events that it consumes, by the service that publishes them. */
  readonly consumes: Readonly<Record<string, readonly string[]>>;
  readonly reachesInternet: boolean;
}

/** Access to the files of a repository, by paths relative to its root: of a folder, or of an Nx tree. */
export interface Files {
  /** @throws Error for a file that there is not */
  read(path: string): string;
  exists(path: string): boolean;
  /** Names in a folder. */
  list(folder: string): readonly string[];
}

const schema = JSON.parse(readFileSync(new URL('../service.schema.json', import.meta.url), 'utf8')) as object;
const validate = new Ajv({ allErrors: true }).compile<Partial<ServiceDeclaration>>(schema);
const defaults = {
  secrets: [],
  switches: {},
  settings: [],
  operatorsOnly: [],
  hasJobs: false,
  hasEvents: false,
  consumes: {},
  reachesInternet: false,
};

/**
 * Reads the declarations of all services, in the order of their ports.
 *
 * @throws Error for a declaration that breaks the schema, for a port that two services want, and for events that no
 * other service publishes
 */
export function readDeclarations(files: Files): ServiceDeclaration[] {
  const declarations = files
    .list('apps')
    .filter((name) => files.exists(declarationFile(name)))
    .map((name) => readDeclaration(files, name))
    .sort((one, other) => one.operationsPort - other.operationsPort);
  declarations.forEach(({ name, operationsPort }, index) => {
    if (declarations[index + 1]?.operationsPort === operationsPort)
      throw new Error(`${name} and ${declarations[index + 1]?.name} want the same port: ${operationsPort}.`);
  });
  for (const { name, consumes } of declarations)
    for (const publisher of Object.keys(consumes))
      if (publisher === name || !declarations.some((other) => other.name === publisher && other.hasEvents))
        throw new Error(`${name} consumes events of ${publisher}, which is no other service with events.`);
  return declarations;
}

/** The file that declares a service. */
export const declarationFile = (service: string): string => `apps/${service}/service.json`;

function readDeclaration(files: Files, name: string): ServiceDeclaration {
  const declared: unknown = JSON.parse(files.read(declarationFile(name)));
  if (!validate(declared)) {
    const complaints = validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`) ?? [];
    throw new Error(`${declarationFile(name)}: ${complaints.join('; ')}.`);
  }
  return { ...defaults, ...(declared as ServiceDeclaration), name };
}
