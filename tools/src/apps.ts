import { AppProcess, type ProvisionedDatabase } from '@refundry/testing';
import { logTo } from './log-file.js';
import { reporting } from './progress.js';
import { Refusal, sentenceOf } from './refusal.js';
import type { Omnitron } from './settings.js';
import type { Launch, NatsUrl } from './surroundings.js';
import { trustedCertificate } from './tls.js';
import { gateway, operator, passedOnToAll, scriptOf, services, simulator, type Environment } from './topology.js';

/** The addresses that apps need. */
export interface Surroundings {
  readonly natsUrl: NatsUrl;
  readonly databases: ReadonlyMap<string, ProvisionedDatabase>;
}

/** Starts the simulated upstream, or takes the one that the settings name. */
export async function startOmnitron(launch: Launch): Promise<Omnitron> {
  const { settings, secrets } = launch;
  if (settings.omnitron) return settings.omnitron;
  const credentials = { username: secrets.simulatorUsername, password: secrets.simulatorPassword };
  const app = await startApp(launch, simulator.name, {
    ...passedOn(simulator.passedOn),
    HOST: '127.0.0.1',
    PORT: String(settings.simulatorPort.port),
    OMNITRON_USERNAME: credentials.username,
    OMNITRON_PASSWORD: credentials.password,
  });
  return { url: urlOf(app), ...credentials };
}

/** Brings the tables of every service up to date. */
export async function migrate({ processes }: Launch, { databases }: Surroundings): Promise<void> {
  await Promise.all(
    services.map(async ({ name }) => {
      const env = { ...passedOn([]), DATABASE_OWNER_URL: databases.get(name)!.ownerUrl };
      const migration = await processes.errand(() =>
        AppProcess.spawn({ name: `the migration of ${name}`, script: scriptOf(name), args: ['migrate'], env }),
      );
      const { code } = await migration.exited;
      if (code !== 0) throw new Refusal(migration.exitSummary());
    }),
  );
}

/** Starts the services and the gateway, and returns the gateway's URL and the health URL of each. */
export async function startApps(
  launch: Launch,
  { natsUrl, databases }: Surroundings,
): Promise<{ url: string; operations: Map<string, string> }> {
  const { settings, secrets } = launch;
  const certificate = settings.tls ? await trustedCertificate(launch.folder) : {};
  const common = (name: string): Environment => ({
    NATS_URL: natsUrl(name),
    OPERATIONS_PORT: String(settings.operationsPorts.get(name)!.port),
  });
  const started = await Promise.all([
    ...services.map(({ name, needs, passedOn: variables }) =>
      startApp(launch, name, {
        ...passedOn(variables),
        ...common(name),
        ...needs(secrets),
        DATABASE_URL: databases.get(name)!.url,
      }),
    ),
    startApp(launch, gateway.name, {
      ...passedOn(gateway.passedOn),
      ...common(gateway.name),
      ...gateway.needs(secrets),
      HOST: '127.0.0.1',
      PORT: String(settings.gatewayPort.port),
      ...certificate,
    }),
  ]);
  return { url: urlOf(started.at(-1)!), operations: new Map(started.map((app) => [app.name, app.operations ?? ''])) };
}

/** The settings of the operators' command line, stored for `npm run accounts`. */
export function operatorEnvironment({ folder, secrets }: Launch, { natsUrl, databases }: Surroundings): Environment {
  const environment = {
    DATABASE_URL: databases.get('accounts')!.url,
    NATS_URL: natsUrl(operator.name),
    SECRET_KEY: secrets.secretKey,
  };
  folder.writeEnvironment(operator.environmentFile, environment);
  return { ...passedOn([]), ...environment };
}

async function startApp({ processes, folder }: Launch, name: string, environment: Environment): Promise<AppProcess> {
  folder.writeEnvironment(
    name,
    Object.fromEntries(Object.entries(environment).filter(([variable]) => !passedOnToAll.includes(variable))),
  );
  const script = scriptOf(name);
  const log = folder.logOf(name);
  return reporting(
    name,
    async () => {
      const app = await processes.start({ mark: script, log }, () =>
        AppProcess.spawn({ name, script, env: environment, keepLines: 100, log: logTo(log) }),
      );
      await app.ready().catch((error: unknown) => {
        throw new Refusal(`${sentenceOf(error)}\nIts log is ${log}.`);
      });
      return app;
    },
    (app) => app.url ?? app.operations ?? '',
  );
}

/** The part of the launcher's own environment that a process gets. */
function passedOn(variables: readonly string[]): Environment {
  const wanted = [...passedOnToAll, ...variables];
  return Object.fromEntries(
    wanted.flatMap((variable) => (process.env[variable] === undefined ? [] : [[variable, process.env[variable]]])),
  );
}

function urlOf(app: AppProcess): string {
  if (app.url === undefined) throw new Refusal(`${app.name} did not say where it serves.`);
  return app.url;
}
