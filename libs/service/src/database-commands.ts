import { databaseOwnerUrl, provisioningUrls, type ProvisioningUrls } from './database-environment.js';
import type { Log } from '@refundry/observability';

interface DatabaseWork {
  readonly provision: (adminUrl: string, urls: Omit<ProvisioningUrls, 'adminUrl'>) => Promise<void>;
  /** Gives the names of the migrations that ran. */
  readonly migrate: (ownerUrl: string) => Promise<string[]>;
}

/** The commands of an app that has a database, with the URLs that the environment names. They throw ConfigurationError where it doesn't. */
export const databaseCommands = (
  environment: NodeJS.ProcessEnv,
  { provision, migrate }: DatabaseWork,
): Readonly<Record<'provision' | 'migrate', (log: Log) => Promise<void>>> => ({
  provision: async (log) => {
    const { adminUrl, ...urls } = provisioningUrls(environment);
    await provision(adminUrl, urls);
    log.info('provisioned');
  },
  migrate: async (log) => {
    log.info({ migrations: await migrate(databaseOwnerUrl(environment)) }, 'migrated');
  },
});
