import { inVariable, passwordVariable, userNames } from '../nats-users.js';
import type { SecretName, ServiceDeclaration } from '../service-declaration.js';
import { maxConnections } from './connections.js';
import { fillIn } from './templates.js';

type Services = readonly ServiceDeclaration[];

const folder = 'deploy/kubernetes/';
const note = '# Made by `npm run generate` of apps/*/service.json.';
/** Of the image names in the examples. */
const version = '0.1.0';

/** The manifest of a service. */
export const manifestFile = (service: string): string => `${folder}base/${service}.yaml`;

/** The manifests that are made as a whole. */
export const kubernetesFiles = (services: Services): Record<string, string> => ({
  ...Object.fromEntries(services.map((service) => [manifestFile(service.name), manifestOf(service)])),
  [`${folder}migrations/jobs.yaml`]: `${note}\n${each(services, 'kubernetes-migration.yaml')}\n`,
  [`${folder}examples/provisioning.yaml`]:
    `${note} It creates the database and the roles of each service, and sets\n` +
    `# their passwords, as its URLs say: once, and again after a change of those. The Secret \`provisioning\` is\n` +
    `# for this alone: DATABASE_ADMIN_URL is of a superuser, or of a role that may create roles and databases.\n` +
    `${each(services, 'kubernetes-provisioning.yaml')}\n`,
});

/** The regions of manifests that are kept by hand, by file. */
export const kubernetesRegions = (services: Services): Record<string, Record<string, string>> => ({
  [`${folder}base/kustomization.yaml`]: {
    services: services.map(({ name }) => `  - ${name}.yaml`).join('\n'),
    settings: services.flatMap(settingsOf).join('\n'),
  },
  [`${folder}base/network-policies.yaml`]: {
    'clients-of-nats': allowedApps('            ', ['gateway', ...namesOf(services), 'operator']),
    'clients-of-postgres': allowedApps('            ', namesOf(services)),
  },
  [`${folder}examples/external-secrets.yaml`]: {
    services: namesOf(services)
      .flatMap((name) => [name, `${name}-owner`])
      .map((name) => `---\n${fillIn('external-secret.yaml', { name })}`)
      .join('\n'),
  },
  [`${folder}examples/nats-values.yaml`]: {
    passwords: userNames(services)
      .map(
        (user) => `    ${passwordVariable(user)}: { valueFrom: { secretKeyRef: { name: nats-users, key: ${user} } } }`,
      )
      .join('\n'),
  },
  [`${folder}examples/postgres.yaml`]: { connections: `      max_connections: '${maxConnections(services)}'` },
  [`${folder}examples/secrets.sh`]: {
    users: `users='${userNames(services).join(' ')}'`,
    keys: `with_key='${namesOf(services.filter(({ secrets }) => secrets.includes('SECRET_KEY'))).join(' ')}'`,
  },
  [`${folder}overlays/example/kustomization.yaml`]: {
    images: namesOf(services)
      .map(
        (name) => `  - { name: refundry/${name}, newName: registry.example.com/refundry/${name}, newTag: ${version} }`,
      )
      .join('\n'),
  },
});

/** The Secret of Kubernetes that holds a key of a service. */
export const secretOf = (service: string, secret: SecretName): string => (secret === 'WIRE_KEY' ? 'wire' : service);

const namesOf = (services: Services): string[] => services.map(({ name }) => name);

const each = (services: Services, template: string): string =>
  services.map((service) => fillIn(template, service)).join('\n---\n');

const manifestOf = (service: ServiceDeclaration): string =>
  `${fillIn('kubernetes-service.yaml', {
    maxSemiSpace: undefined,
    ...service,
    variable: inVariable(service.name),
    hasSwitches: Object.keys(service.switches).length > 0,
    secretOf: (secret: SecretName) => secretOf(service.name, secret),
  })}\n`;

function settingsOf({ name, switches }: ServiceDeclaration): string[] {
  const literals = Object.entries(switches).map(([variable, { deployed }]) => `      - ${variable}=${deployed}`);
  return literals.length > 0 ? [`  - name: ${name}-settings\n    literals:`, ...literals] : [];
}

const allowedApps = (indent: string, names: readonly string[]): string =>
  `${indent}matchExpressions: [{ key: app.kubernetes.io/name, operator: In, values: [${names.join(', ')}] }]`;
