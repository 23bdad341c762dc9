import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@refundry/testing';
import { omsPath, type Client } from '../system/client.js';
import { queryDatabase } from '../system/database.js';
import { runCommand } from '../system/command-line.js';
import { send } from '../system/http.js';
import { OwnCluster } from '../system/own-cluster.js';
import { upstreamReasons } from '../system/reasons.js';
import { everyService, RunningSystem } from '../system/running-system.js';
import { RpcRecorder } from '../system/rpc-recorder.js';

let postgres: OwnCluster;
let system: RunningSystem;
let recorder: RpcRecorder;
let client: Client;
/** By what they are. */
const secrets = new Map<string, string>();
/**
 * The readable secrets, by the place where they were found: every log, everything that passed through NATS, every row.
 */
const traces = new Map<string, string[]>();
/** The answers of commands, which show a new key once and no other secret. */
const spoken: string[] = [];

beforeAll(async () => {
  postgres = await OwnCluster.start();
  system = await RunningSystem.start({
    cluster: postgres.url,
    services: everyService,
    environment: Object.fromEntries(['accounts', 'oms', 'gateway'].map((app) => [app, { LOG_LEVEL: 'trace' }])),
  });
  recorder = await RpcRecorder.start(system.natsUrl('recorder'));
  await live();
  await recorder.stop();
  await collectSecrets();
  await collectTraces();
});

afterAll(async () => {
  await system.stop();
  await postgres.remove();
});

describe('the search', () => {
  it('finds what may be found', () => {
    expect(found(system.simulator.username)).toEqual(['NATS', 'oms database']);
    expect(found(client.account)).toEqual(['accounts database']);
    expect(found('/api/v1/oms/cancellation-reasons/')).toContain('gateway log');
  });

  it('knows the secrets of the run', () => {
    expect([...secrets.keys()]).toEqual(
      expect.arrayContaining([
        'API key 1',
        'API key 2',
        'unknown API key',
        'Omnitron key 1',
        'Omnitron key 2',
        'Omnitron password',
        'wrong Omnitron password',
        'SECRET_KEY',
        'NATS password of gateway',
        'NATS password of operator',
        'organisation token',
        'signed token',
        'webhook secret',
        'database password of oms',
        'database password of oms_owner',
      ]),
    );
    for (const secret of secrets.values()) expect(secret.length).toBeGreaterThanOrEqual(12);
  });

  it('has looked into every log, into NATS and into every table', () => {
    expect([...traces.keys()]).toEqual(
      expect.arrayContaining(['accounts log', 'oms log', 'gateway log', 'NATS', 'accounts database', 'oms database']),
    );
    for (const [place, texts] of traces) expect([place, texts.length > 0]).toEqual([place, true]);
  });
});

describe('no secret', () => {
  it('is in a log, on NATS or in a database', () => {
    expect([...secrets].flatMap(([name, secret]) => found(secret).map((place) => `${name}: ${place}`))).toEqual([]);
  });

  it('is said by the command line, but for a new key, once', () => {
    const said = spoken.join('\n');
    expect(
      [...secrets]
        .filter(([name, secret]) => !name.startsWith('API key') && said.includes(secret))
        .map(([name]) => name),
    ).toEqual([]);
    for (const key of system.apiKeys) expect(said.split(key).length - 1).toBeLessThanOrEqual(1);
  });
});

/** Everything a system does in its life: commands, pulls, refusals, failures of every part. */
async function live(): Promise<void> {
  const { simulator } = system;
  client = await system.newClient({ scopes: 'oms:read,oms:sync,oms:manage' });
  await simulator.setReasons(upstreamReasons(250));
  await client.pull();
  await client.reasons();
  await rejectStrangers();
  await sign();
  await registerWebhook();
  await failUpstream();
  await command('token', 'list', '--account', client.account);
  const rotated = JSON.parse(await command('token', 'rotate', '--id', String(client.tokenId), '--json')) as {
    token: string;
    id: number;
  };
  await client.get();
  client = system.clientWith(rotated.token, client.account, rotated.id);
  await client.get();
  await loseServers();
}

const command = (...parameters: string[]): Promise<string> => commandWith('', ...parameters);

async function commandWith(input: string, ...parameters: string[]): Promise<string> {
  const { stdout, stderr } = await system.tryCommandWith(input, ...parameters);
  spoken.push(stdout, stderr);
  return stdout;
}

async function rejectStrangers(): Promise<void> {
  const strange = 'b'.repeat(30) + String(Date.now());
  secrets.set('unknown API key', strange);
  for (const authorization of [
    `Token ${strange}`,
    `Bearer ${strange}`,
    `Token ${strange} ${strange}`,
    `Token ${strange}\u00ff`,
  ])
    await client.get('', { authorization });
  for (const path of ['?page=0', '?id__gt=abc', '?format=pdf', 'abc/']) await client.get(path);
  await client.request('PUT', '');
}

/** A reservation client signs with the organisation token, and is let in or not. */
async function sign(): Promise<void> {
  const site = ['--account', client.account, '--domain', 'shop.example'];
  await command('domain', 'add', ...site);
  const { organisation_token: organisationToken } = await system.command<{ organisation_token: string }>(
    'organisation-token',
    'create',
    '--account',
    client.account,
    '--for',
    '1 day',
  );
  const { jwt } = await system.command<{ jwt: string }>('jwt', 'sign', ...site);
  secrets.set('organisation token', organisationToken).set('signed token', jwt);
  await command('organisation-token', 'list', '--account', client.account);
  for (const domain of ['shop.example', 'unknown.example'])
    await send('GET', `${system.url}/api/reservation/v1/refund/procedure?reserve_id=1`, {
      headers: { authorization: `Bearer ${jwt}`, domain },
    });
}

/** The secrets of a webhook are shown once and sealed; decisions on it are recorded. */
async function registerWebhook(): Promise<void> {
  const webhooks = `${omsPath}webhooks/`;
  const input = { url: 'https://erp.example.com/', event_types: ['webhook.disabled'] };
  const { id, secret } = (await client.post(webhooks, input)).json as { id: number; secret: string };
  const rotated = (await client.post(`${webhooks}${id}/rotate-secret/`, {})).json as { secret: string };
  secrets.set('webhook secret', secret).set('rotated webhook secret', rotated.secret);
  await client.get(`${omsPath}audit/`);
  await command('audit', 'list', '--account', client.account);
}

async function failUpstream(): Promise<void> {
  const { simulator } = system;
  for (const fault of [
    { kind: 'expired_key', times: 1 },
    { kind: 'expired_key' },
    { kind: 'redirect' },
    { kind: 'cut_off', page: 3 },
    { kind: 'not_json' },
    { kind: 'server_error' },
  ]) {
    await simulator.misbehave(fault);
    await client.pull();
  }
  await simulator.behave();
  const wrong = 'a wrong password at Omnitron';
  secrets.set('wrong Omnitron password', wrong);
  const set = (url: string, password: string, option = '--no-test'): Promise<string> =>
    commandWith(
      password,
      'omnitron',
      'set',
      '--account',
      client.account,
      '--url',
      url,
      '--username',
      simulator.username,
      '--password-stdin',
      option,
    );
  await set(simulator.url, wrong, '--json');
  await set(simulator.url, wrong);
  for (const name of ['show', 'test']) await command('omnitron', name, '--account', client.account);
  await client.pull();
  await set('not an address', wrong);
  const inAddress = 'password-in-an-address';
  secrets.set(inAddress, inAddress);
  await set(`http://${simulator.username}:${inAddress}@127.0.0.1`, simulator.password);
  await set(`http://127.0.0.1:${await freePort()}`, simulator.password);
  await client.pull();
  await set(simulator.url, simulator.password);
  await client.pull();
}

/** Apps that can't reach their servers, or aren't let in, complain about it. */
async function loseServers(): Promise<void> {
  const port = await freePort();
  const strange = 'a wrong password of the database';
  secrets.set('wrong database password', strange);
  const nowhere = `postgres://accounts:${encodeURIComponent(strange)}@127.0.0.1:${port}/accounts`;
  for (const DATABASE_URL of [nowhere, nowhere.replace(`127.0.0.1:${port}`, new URL(postgres.url).host)]) {
    const { stdout, stderr } = await runCommand(['account', 'list'], { ...system.commandEnvironment, DATABASE_URL });
    spoken.push(stdout, stderr);
  }
  await postgres.crash();
  await client.pull();
  await client.get();
  await postgres.startAgain();
}

async function collectSecrets(): Promise<void> {
  const { simulator, natsUsers, apiKeys, keys, databases } = system;
  apiKeys.forEach((key, index) => secrets.set(`API key ${index + 1}`, key));
  (await simulator.keys()).forEach((key, index) => secrets.set(`Omnitron key ${index + 1}`, key));
  for (const { user, password } of natsUsers) secrets.set(`NATS password of ${user}`, password);
  for (const { url, ownerUrl } of Object.values(databases)) {
    for (const { username, password } of [new URL(url), new URL(ownerUrl)])
      secrets.set(`database password of ${username}`, decodeURIComponent(password));
  }
  secrets.set('Omnitron password', simulator.password);
  secrets.set('SECRET_KEY', keys.secretKey);
  secrets.set('WIRE_KEY', keys.rpcEncryptionKey);
}

async function collectTraces(): Promise<void> {
  for (const [name, { ownerUrl }] of Object.entries(system.databases))
    traces.set(`${name} database`, await everyRow(ownerUrl));
  await Promise.all(system.everyApp.map((app) => app.stop()));
  for (const app of system.everyApp) traces.set(`${app.name} log`, [...app.lines]);
  traces.set(
    'NATS',
    recorder.messages.map((message) => message.toString('latin1')),
  );
}

/** Every row of every table as text. */
async function everyRow(url: string): Promise<string[]> {
  const tables = await queryDatabase<{ name: string }>(
    url,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const rows = await Promise.all(
    tables.map(({ name }) => queryDatabase<{ text: string }>(url, `select row::text as text from ${name} row`)),
  );
  return rows.flat().map(({ text }) => text);
}

/** The encodings in which a text would be readable, as it is or in one that hides it from nobody. */
function found(secret: string): string[] {
  const forms = [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('hex'),
  ];
  return [...traces]
    .filter(([, texts]) => texts.some((text) => forms.some((form) => text.includes(form))))
    .map(([place]) => place)
    .toSorted();
}
