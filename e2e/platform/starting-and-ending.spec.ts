import { Agent, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AppProcess, freePort, NatsServer, testDatabase, type ProvisionedDatabase } from '@refundry/testing';
import { scriptOf } from '../../tools/src/topology.js';
import { send } from '../system/http.js';
import { logged, logLines } from '../system/log-lines.js';
import { everyService } from '../system/running-system.js';
import { until } from '../system/until.js';

/** An app, and where its health is before it is ready. */
interface StartingApp {
  readonly app: AppProcess;
  readonly operations: string;
}

const key = Buffer.alloc(32).toString('base64');
const apps: AppProcess[] = [];
const servers: NatsServer[] = [];
let database: ProvisionedDatabase;

beforeAll(async () => {
  database = await testDatabase('oms');
});

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

function spawn(name: string, env: Readonly<Record<string, string>>, ...args: string[]): AppProcess {
  const app = AppProcess.spawn({ name, script: scriptOf(name), env, args });
  apps.push(app);
  return app;
}

async function begin(name: string, natsPort: number, env: Readonly<Record<string, string>>): Promise<StartingApp> {
  const port = await freePort();
  const app = spawn(name, { NATS_URL: `nats://127.0.0.1:${natsPort}`, OPERATIONS_PORT: String(port), ...env });
  return { app, operations: `http://127.0.0.1:${port}` };
}

const beginOms = (natsPort: number): Promise<StartingApp> =>
  begin('oms', natsPort, { DATABASE_URL: database.url, SECRET_KEY: key, WIRE_KEY: key });
const beginGateway = (natsPort: number, env: Readonly<Record<string, string>> = {}): Promise<StartingApp> =>
  begin('gateway', natsPort, { PORT: '0', WIRE_KEY: key, ...env });

async function startNats(port?: number): Promise<NatsServer> {
  const nats = await NatsServer.start({ port });
  servers.push(nats);
  return nats;
}

/** Waits until an app that lives misses exactly these. */
async function misses({ app, operations }: StartingApp, ...missing: readonly string[]): Promise<void> {
  await until(`${app.name} misses ${missing.join(', ') || 'nothing'}`, async () => {
    const ready = await send('GET', `${operations}/health/ready`).catch(() => undefined);
    const checks = (ready?.json as { checks: Record<string, string> } | undefined)?.checks;
    return (
      checks &&
      Object.keys(checks)
        .filter((check) => checks[check] === 'down')
        .toSorted()
        .join() === missing.toSorted().join()
    );
  });
  expect((await send('GET', `${operations}/health/live`)).status).toBe(200);
}

const says = ({ app }: StartingApp, text: RegExp): Promise<unknown> =>
  until(`${app.name} says ${String(text)}`, () => logLines(app).some(({ msg }) => text.test(String(msg))));

describe('a service that starts before what it needs', () => {
  it('says what it waits for, is ready when it has come; concurrent processes run each migration once', async () => {
    const natsPort = await freePort();
    const oms = await beginOms(natsPort);
    await misses(oms, 'nats', 'migrations', 'accepting');
    await says(oms, /not migrated: CancellationReasons/);
    const migrations = Array.from({ length: 4 }, () =>
      spawn('oms', { DATABASE_OWNER_URL: database.ownerUrl }, 'migrate'),
    );
    expect(await Promise.all(migrations.map(({ exited }) => exited))).toEqual(Array(4).fill({ code: 0, signal: null }));
    const ran = migrations.flatMap((app) =>
      logLines(app).flatMap((line) => (line.msg === 'migrated' ? (line.migrations as string[]) : [])),
    );
    expect(ran).not.toEqual([]);
    expect(new Set(ran).size).toBe(ran.length);
    await misses(oms, 'nats', 'accepting');
    await says(oms, /^NATS can't be reached/);
    await startNats(natsPort);
    await oms.app.ready();
    await misses(oms);
  });

  it('ends when it is asked to, while it waits', async () => {
    const oms = await beginOms(await freePort());
    await misses(oms, 'nats', 'accepting');
    expect(await oms.app.stop()).toEqual({ code: 0, signal: null });
  });

  it('waits for a password that PostgreSQL takes', async () => {
    const stranger = Object.assign(new URL(database.url), { password: 'wrong' });
    const oms = await begin('oms', await freePort(), {
      DATABASE_URL: stranger.href,
      SECRET_KEY: key,
      WIRE_KEY: key,
    });
    await misses(oms, 'nats', 'postgres', 'migrations', 'accepting');
    await says(oms, /^Waiting for the database: password authentication failed/);
  });

  it('gives up what waiting would not heal', async () => {
    const oms = spawn('oms', { NATS_URL: 'nats://127.0.0.1:1', DATABASE_URL: database.url, SECRET_KEY: 'short' });
    expect(await oms.exited).toEqual({ code: 1, signal: null });
    expect(oms.lines.join('\n')).toContain('SECRET_KEY');
  });
});

describe.each(['gateway', 'accounts', ...everyService])('%s with a bad environment', (name) => {
  it('ends at once, with a sentence for every wrong variable and a word of no value', async () => {
    const wrong = { NATS_URL: 'hunter2', LOG_LEVEL: 'hunter2', METRICS: 'hunter2', OPERATIONS_PORT: '99999' };
    const app = spawn(name, wrong);
    expect(await app.exited).toEqual({ code: 1, signal: null });
    const [sentences = '', ...further] = app.lines;
    expect(further).toEqual([]);
    for (const variable of [...Object.keys(wrong), name === 'gateway' ? 'WIRE_KEY' : 'DATABASE_URL'])
      expect(sentences).toContain(`${variable} `);
    expect(sentences).not.toMatch(/hunter2|99999/);
  });
});

describe('a gateway that starts before NATS', () => {
  it('says what it waits for, lives, and is ready when it has come', async () => {
    const natsPort = await freePort();
    const gateway = await beginGateway(natsPort);
    await misses(gateway, 'nats', 'accepting');
    await says(gateway, /^NATS can't be reached/);
    await startNats(natsPort);
    await gateway.app.ready();
    await misses(gateway);
  });
});

describe('a gateway that ends', () => {
  it('is not ready at once, answers and lets clients go during the pause, and is gone when asked twice', async () => {
    const nats = await startNats();
    const gateway = await beginGateway(nats.port, { SHUTDOWN_DELAY_SECONDS: '60' });
    const { url } = await gateway.app.ready();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const isKept = async (): Promise<boolean> => {
      const [answer] = (await once(request(`${url ?? ''}/api/v1/oms/nothing/`, { agent }).end(), 'response')) as [
        IncomingMessage,
      ];
      await once(answer.resume(), 'end');
      expect(answer.statusCode).toBe(404);
      return answer.headers.connection !== 'close';
    };
    expect(await isKept()).toBe(true);
    gateway.app.kill('SIGTERM');
    await misses(gateway, 'accepting');
    expect((await send('GET', `${url ?? ''}/health/ready`)).status).toBe(503);
    expect(await isKept()).toBe(false);
    gateway.app.kill('SIGTERM');
    expect(await gateway.app.exited).toEqual({ code: 0, signal: null });
    await logged(gateway.app, { msg: 'ended' });
    expect(
      logLines(gateway.app)
        .map(({ msg }) => msg)
        .filter((msg) => msg !== 'request')
        .slice(-4),
    ).toEqual([
      'ending',
      'readiness is red; what comes is still answered',
      'taking nothing new; finishing what has begun',
      'ended',
    ]);
    agent.destroy();
  });
});
