import type { ServiceDeclaration } from '../service-declaration.js';

type Services = readonly ServiceDeclaration[];

/** The regions of the documents. */
export const documentRegions = (services: Services): Record<string, Record<string, string>> => ({
  'ARCHITECTURE.md': {
    apps: table(
      ['app', 'does'],
      [
        [
          '`apps/gateway`',
          'the only public door: mounts, access guard, dialects, forwarding, browsable pages, OpenAPI',
        ],
        ...services.map(({ name, does }) => [`\`apps/${name}\``, does]),
        ['`apps/omnitron-simulator`', 'the upstream, for development and tests'],
      ],
    ),
  },
  'docs/commands.md': {
    services: table(
      ['service', 'answers', 'needs', 'port'],
      [
        ['gateway', 'everything under `/api/`; `/health/live`, `/health/ready`', 'NATS, accounts', '8080'],
        ...services.map(({ name, does, reachesInternet }) => [
          name,
          does,
          `PostgreSQL, NATS${reachesInternet ? ', addresses of accounts' : ''}`,
          '–',
        ]),
        ['omnitron-simulator', 'the upstream, for development', '–', '8090'],
      ],
    ),
  },
  'docs/operations/nats.md': {
    consumers: consumersTable(services),
  },
  'docs/operations/kubernetes.md': { secrets: table(['Secret', 'keys', 'of'], secretRows(services)) },
});

/** The services that consume events of others. */
function consumersTable(services: Services): string {
  const rows = services.flatMap(({ name, consumes }) =>
    Object.entries(consumes).map(([publisher, types]) => [
      name,
      publisher,
      types.map((type) => `\`${type}\``).join(', '),
    ]),
  );
  return rows.length === 0
    ? '\nNo service has a consumer yet.\n'
    : table(['service', 'reads the log of', 'receives notices of'], rows);
}

const secretRows = (services: Services): string[][] => [
  ['`gateway`', '`NATS_URL`', 'NATS, as `gateway`'],
  ...services.map(({ name, secrets }) => {
    const isEncrypting = secrets.includes('SECRET_KEY');
    return [
      `\`${name}\``,
      `\`NATS_URL\`, \`DATABASE_URL\`${isEncrypting ? ', `SECRET_KEY`' : ''}`,
      `NATS and PostgreSQL, as \`${name}\`${isEncrypting ? '; what secrets in its database are encrypted with' : ''}`,
    ];
  }),
  [
    '`wire`',
    '`WIRE_KEY`',
    'gateway, accounts, services with webhooks: what credentials are encrypted with between them',
  ],
  ...services.map(({ name }) => [
    `\`${name}-owner\``,
    '`DATABASE_OWNER_URL`',
    `PostgreSQL, as \`${name}_owner\`: migrations only`,
  ]),
  ['`operator`', '`NATS_URL`', 'NATS, as `operator`: the command line'],
];

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  ['', ...[head, head.map(() => '---'), ...rows].map(tableRow), ''].join('\n');

const tableRow = (cells: readonly string[]): string =>
  cells.every((cell) => cell === '---') ? `|${cells.join('|')}|` : `| ${cells.join(' | ')} |`;
