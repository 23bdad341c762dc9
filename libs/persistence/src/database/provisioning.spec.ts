import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { provisionDatabase, testDatabase, type DatabaseRequest } from '@refundry/testing';
import pg from 'pg';

const cluster = process.env.TEST_POSTGRES_URL!;

describe('provisioning a database', () => {
  const request: DatabaseRequest = {
    service: `back-"office" ${randomBytes(4).toString('hex')}`,
    ownerPassword: 'o/w ner',
    password: "p'w",
  };

  it('makes it for several callers at once, and again', async () => {
    const provisioned = await Promise.all([1, 2, 3, 4].map(() => provisionDatabase(cluster, request)));
    expect(new Set(provisioned.map(({ url }) => url)).size).toBe(1);
    await expect(provisionDatabase(cluster, request)).resolves.toEqual(provisioned[0]);
  });

  it('gives the roles the passwords that are new', async () => {
    const { url } = await provisionDatabase(cluster, request);
    const rotated = await provisionDatabase(cluster, { ...request, password: 'another' });
    expect(await value(rotated.url, 'select 1')).toBe(1);
    await expect(value(url, 'select 1')).rejects.toThrow('password authentication failed');
  });

  it('gives migrations the owner and the application a role that owns nothing', async () => {
    const { url, ownerUrl } = await provisionDatabase(cluster, request);
    expect(
      await value(
        ownerUrl,
        'select pg_get_userbyid(datdba) = current_user from pg_database where datname = current_database()',
      ),
    ).toBe(true);
    expect(await value(url, 'select current_user::text')).toBe(request.service);
    expect(
      await value(
        url,
        `select rolsuper or rolcreatedb or rolcreaterole or pg_has_role($1, 'member') from pg_roles
          where rolname = current_user`,
        [`${request.service}_owner`],
      ),
    ).toBe(false);
    await expect(value(url, 'create table mine ()')).rejects.toThrow('permission denied for schema public');
  });

  it('lets the application act as its reader', async () => {
    const { url } = await provisionDatabase(cluster, request);
    expect(await value(url, "select pg_has_role($1, 'member')", [`${request.service}_reader`])).toBe(true);
  });

  it('keeps other services out', async () => {
    const stranger = new URL((await testDatabase('stranger')).url);
    const { url } = await provisionDatabase(cluster, request);
    stranger.pathname = new URL(url).pathname;
    await expect(value(stranger.href, 'select 1')).rejects.toThrow('permission denied for database');
  });

  it('works for an administrator who is no superuser', async () => {
    const admin = `admin_${randomBytes(4).toString('hex')}`;
    await value(cluster, `create role ${admin} login createdb createrole password 'admin'`);
    const url = new URL(cluster);
    url.username = url.password = admin;
    await value(cluster, `alter role ${admin} password '${admin}'`);
    const made = { service: `${admin}_service`, ownerPassword: 'owner', password: 'service' };
    await provisionDatabase(url.href, made);
    const again = await provisionDatabase(url.href, made);
    expect(await value(again.ownerUrl, 'select current_database()::text')).toBe(made.service);
  });
});

async function value(url: string, sql: string, parameters: unknown[] = []): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, values: parameters, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}
