import { provisionDatabase as provision, type DatabaseUrls as ProvisionedDatabase } from '@refundry/provisioning';

export type { ProvisionedDatabase };

export interface DatabaseRequest {
  /** Names the roles: `<service>_owner`, `<service>` and `<service>_reader`. */
  readonly service: string;
  /** The database's name; the service's when not given. */
  readonly database?: string;
  readonly ownerPassword: string;
  readonly password: string;
}

/** Gives a service its own database and roles, in the cluster of `adminUrl`, as deployments do. */
export async function provisionDatabase(
  adminUrl: string,
  { service, database = service, ownerPassword, password }: DatabaseRequest,
): Promise<ProvisionedDatabase> {
  const urls = {
    url: urlFor(adminUrl, service, password, database),
    ownerUrl: urlFor(adminUrl, `${service}_owner`, ownerPassword, database),
  };
  await provision(adminUrl, urls);
  return urls;
}

function urlFor(adminUrl: string, role: string, password: string, database: string): string {
  const url = new URL(adminUrl);
  url.username = encodeURIComponent(role);
  url.password = encodeURIComponent(password);
  url.pathname = encodeURIComponent(database);
  return url.href;
}
