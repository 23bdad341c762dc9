import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';

export interface DatabaseRequest {
  /** Names the roles: `<service>_owner`, `<service>` and `<service>_reader`. */
  readonly service: string;
  /** The database's name; the service's when not given. */
  readonly database?: string;
  readonly ownerPassword: string;
  readonly password: string;
}

export interface ProvisionedDatabase {
  /** For the application: it may connect, and what migrations grant it. */
  readonly url: string;
  /** For migrations: the owner of the database. */
  readonly ownerUrl: string;
}

/** Any number, the same for everybody: roles are shared by the whole cluster, so only one may make them at a time. */
const PROVISIONING_LOCK = 7_238_401;

/**
 * Gives a service its own database and roles. Repeating it changes nothing but the passwords; calls at the same time wait for each other.
 * `adminUrl` belongs to a superuser, or to a role that may create roles and databases.
 */
export async function provisionDatabase(adminUrl: string, request: DatabaseRequest): Promise<ProvisionedDatabase> {
  const database = request.database ?? request.service;
  const owner = `${request.service}_owner`;
  const ownerUrl = urlFor(adminUrl, owner, request.ownerPassword, database);
  await connected(adminUrl, async (admin) => {
    await admin.query('select pg_advisory_lock($1)', [PROVISIONING_LOCK]);
    await createRoles(admin, request);
    await createDatabase(admin, database, owner);
    await connected(ownerUrl, (client) => closeToOthers(client, database, request.service));
  });
  return { url: urlFor(adminUrl, request.service, request.password, database), ownerUrl };
}

async function createRoles(admin: pg.Client, { service, ownerPassword, password }: DatabaseRequest): Promise<void> {
  const owner = `${service}_owner`;
  const reader = `${service}_reader`;
  await ensureRole(admin, owner, `login nocreatedb nocreaterole password ${verifier(ownerPassword)}`);
  await ensureRole(admin, service, `login nocreatedb nocreaterole password ${verifier(password)}`);
  await ensureRole(admin, reader, 'nologin');
  await admin.query(`grant ${name(reader)} to ${name(service)} with inherit false, set true`);
  await letAdminActAs(admin, owner);
}

async function ensureRole(admin: pg.Client, role: string, options: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [role]);
  await admin.query(`${rowCount === 0 ? 'create' : 'alter'} role ${name(role)} with ${options}`);
}

/** An administrator who is no superuser has to be a member of a role to give it a database. */
async function letAdminActAs(admin: pg.Client, owner: string): Promise<void> {
  const { rows: [may] } = await admin.query<{ set: boolean }>("select pg_has_role($1, 'set') as set", [owner]);
  if (!may?.set) await admin.query(`grant ${name(owner)} to current_user`);
}

async function createDatabase(admin: pg.Client, database: string, owner: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [database]);
  if (rowCount === 0) await admin.query(`create database ${name(database)} owner ${name(owner)}`);
}

async function closeToOthers(owner: pg.Client, database: string, service: string): Promise<void> {
  await owner.query(`revoke all on database ${name(database)} from public`);
  await owner.query(`grant connect on database ${name(database)} to ${name(service)}`);
  await owner.query('revoke create on schema public from public');
}

async function connected(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function urlFor(adminUrl: string, role: string, password: string, database: string): string {
  const url = new URL(adminUrl);
  url.username = encodeURIComponent(role);
  url.password = encodeURIComponent(password);
  url.pathname = encodeURIComponent(database);
  return url.href;
}

function name(identifier: string): string {
  return pg.escapeIdentifier(identifier);
}

/** What PostgreSQL would store for a password (RFC 5803), so that the password itself reaches no statement and no log. */
function verifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256');
  const key = (label: string): Buffer => createHmac('sha256', salted).update(label).digest();
  const storedKey = createHash('sha256').update(key('Client Key')).digest('base64');
  return pg.escapeLiteral(`SCRAM-SHA-256$4096:${salt.toString('base64')}$${storedKey}:${key('Server Key').toString('base64')}`);
}
