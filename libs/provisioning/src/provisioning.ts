import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import { advisoryLocks } from './advisory-locks.js';
import { rolesOf } from './service-roles.js';
import { waitForPostgres } from './waiting.js';

/** A service's database as its service and as its owner; the URLs name database, roles and passwords. */
export interface DatabaseUrls {
  /** Of the application: it may connect, and what migrations grant it. */
  readonly url: string;
  /** Of migrations: the owner of the database. */
  readonly ownerUrl: string;
}

/**
 * Gives a service the database and the roles that its URLs name, and the role that reads for it (docs/adr/0008), when
 * PostgreSQL is there. Repeating it changes nothing but the passwords; calls at the same time wait for each other.
 *
 * @param adminUrl of a superuser, or of a role that may create roles and databases
 */
export async function provisionDatabase(adminUrl: string, urls: DatabaseUrls): Promise<void> {
  const [service, owner] = [loginIn(urls.url), loginIn(urls.ownerUrl)];
  const database = decodeURIComponent(new URL(urls.url).pathname.slice(1));
  await waitForPostgres(adminUrl);
  await connected(adminUrl, async (admin) => {
    // Roles are shared by the whole cluster, so only one may make them at a time.
    await admin.query('select pg_advisory_lock($1)', [advisoryLocks.provisioning]);
    await createRoles(admin, service, owner);
    await createDatabase(admin, database, owner.role);
    await connected(urls.ownerUrl, (client) => closeToOthers(client, database, service.role));
  });
}

interface Login {
  readonly role: string;
  readonly password: string;
}

function loginIn(url: string): Login {
  const { username, password } = new URL(url);
  return { role: decodeURIComponent(username), password: decodeURIComponent(password) };
}

async function createRoles(admin: pg.Client, service: Login, owner: Login): Promise<void> {
  const { reader } = rolesOf(service.role);
  const login = ({ password }: Login): string => `login nocreatedb nocreaterole password ${verifier(password)}`;
  await ensureRole(admin, owner.role, login(owner));
  // A service has the reader's rights only in the reader's role.
  await ensureRole(admin, service.role, `${login(service)} noinherit`);
  await ensureRole(admin, reader, 'nologin');
  await admin.query(
    `grant ${name(reader)} to ${name(service.role)}${(await inheritsByMembership(admin)) ? ' with inherit false' : ''}`,
  );
  await letAdminActAs(admin, owner.role);
}

/** From 16 on each membership has it by itself, as the role was when the membership began. */
async function inheritsByMembership(admin: pg.Client): Promise<boolean> {
  const { rowCount } = await admin.query("select where current_setting('server_version_num')::integer >= 160000");
  return rowCount === 1;
}

async function ensureRole(admin: pg.Client, role: string, options: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [role]);
  await admin.query(`${rowCount === 0 ? 'create' : 'alter'} role ${name(role)} with ${options}`);
}

/** An administrator who is no superuser has to be a member of a role to give it a database. */
async function letAdminActAs(admin: pg.Client, owner: string): Promise<void> {
  const {
    rows: [own],
  } = await admin.query<{ rolsuper: boolean }>('select rolsuper from pg_roles where rolname = current_user');
  if (!own?.rolsuper) await admin.query(`grant ${name(owner)} to current_user`);
}

async function createDatabase(admin: pg.Client, database: string, owner: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [database]);
  if (rowCount === 0)
    await admin.query(`create database ${name(database)} owner ${name(owner)} encoding 'UTF8' template template0`);
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

function name(identifier: string): string {
  return pg.escapeIdentifier(identifier);
}

/**
 * The verifier that PostgreSQL would store for a password (RFC 5803), so that the password itself reaches no statement
 * and no log.
 */
function verifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256');
  const key = (label: string): Buffer => createHmac('sha256', salted).update(label).digest();
  const storedKey = createHash('sha256').update(key('Client Key')).digest('base64');
  return pg.escapeLiteral(
    `SCRAM-SHA-256$4096:${salt.toString('base64')}$${storedKey}:${key('Server Key').toString('base64')}`,
  );
}
