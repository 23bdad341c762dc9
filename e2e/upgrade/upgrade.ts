import { setTimeout as pause } from 'node:timers/promises';
import { MixedLoad, newLoadAccount, type Finding, type LoadAccount } from '@refundry/testing';
import { ExportReader } from '../faults/export-reader.js';
import { compareAtRest, untilQuiet } from '../faults/seeds/compare-at-rest.js';
import { EventLog } from '../faults/seeds/event-log.js';
import { keepLogs } from '../faults/seeds/logs.js';
import { omsPath, type Client } from '../system/client.js';
import { migrate } from '../system/migrated-database.js';
import { MixedTraffic } from '../system/mixed-traffic.js';
import { OwnCluster } from '../system/own-cluster.js';
import { firstReplicas, ReplicatedSystem } from '../system/replicated-system.js';
import { Phases, samplesOf, TimedHistory } from './phases.js';
import { furtherReads } from './reads.js';

export interface UpgradeTimes {
  readonly exportMinutes: number;
  /** How long each mixture of versions serves. */
  readonly mixedMinutes: number;
}

/** The requests of an upgrade's load to one version and the other. */
interface Clients {
  /** A token of an account with many customers. */
  readonly reader: Client;
  readonly account: LoadAccount;
  readonly load: MixedLoad;
  readonly history: TimedHistory;
}

const minuteMs = 60_000;
const steadyMs = 10_000;
const graceMs = 30_000;
const shortExportMinutes = 0.4;
/**
 * With more for longer exports little of each lies in buffers, and the tables of the longest are too large to be
 * rewritten beside readers.
 */
const customersOf = ({ exportMinutes }: UpgradeTimes): number => 80_000 + Math.round(40_000 * exportMinutes);
const perSecond = { traffic: 15, load: 15 };
const services = firstReplicas.filter((name) => name !== 'gateway');
const oms = ['oms', 'oms-2'];
const second = (name: string): string => `${name}-2`;
/** The answers of oms, by the kinds of the traffic and the clients of the load. */
const isOfOms = (what: string): boolean => /^(reason|customer|address|district|channel|step)/.test(what);

/**
 * An upgrade of a running system as docs/operations.md has it: two replicas of each app, a load of all families, an
 * export that began before.
 */
export class Upgrade {
  private readonly phases = new Phases();
  private readonly traffic: MixedTraffic;
  /** The digests of the same export before and beside the migrations. */
  private readonly exports: string[] = [];
  private exportBytes = 0;

  private constructor(
    private readonly replicated: ReplicatedSystem,
    private readonly cluster: OwnCluster,
    private readonly clients: Clients,
    traffic: MixedTraffic,
  ) {
    this.traffic = traffic;
  }

  /** The former version, running, with something to read. @param checkout where it is compiled */
  static async prepare(checkout: string, times: UpgradeTimes): Promise<Upgrade> {
    const cluster = await OwnCluster.start({ settings: { max_connections: '550' } });
    const replicated = await ReplicatedSystem.start({
      checkout,
      cluster: cluster.url,
      environment: { oms: { EXPORTS_PER_ACCOUNT: '20' } },
    });
    const [reader, working] = [await readerOf(replicated, customersOf(times)), await workingClients(replicated)];
    const traffic = await MixedTraffic.begin(replicated.account, {
      perSecond: perSecond.traffic,
      further: furtherReads(replicated.account, reader, customersOf(times)),
    });
    return new Upgrade(replicated, cluster, { reader, ...working }, traffic);
  }

  /** All of it, under the load. */
  async play(times: UpgradeTimes): Promise<void> {
    const end = new AbortController();
    const working = this.clients.load.run(end.signal);
    try {
      await this.migrate(times);
      await this.replace(times);
      await this.migrateAgain();
      await this.phases.during('the new version', () => pause(steadyMs));
    } finally {
      end.abort();
      await Promise.all([working, this.traffic.end()]);
    }
    await this.clients.load.check();
  }

  /** Keeps the logs of all apps that ran. @returns where */
  keepLogs(): string {
    return keepLogs('upgrade', this.replicated.system.everyApp, [this.table, ...this.failed].join('\n'));
  }

  /** The unexpected failures. */
  get failed(): string[] {
    return this.phases.failed(this.samples);
  }

  get table(): string {
    return this.phases.table(this.samples);
  }

  /** Whether the exports beside the migrations are that of before them. */
  get exportsAreWhole(): boolean {
    return this.exports.length === 3 && new Set(this.exports).size === 1;
  }

  /**
   * Lost, duplicated or invented rows when everything rests, and wrong counts. @throws where the traffic's own writes
   * are not there once
   */
  async findings(): Promise<Finding[]> {
    const {
      replicated: { system },
      clients: { history, load, account },
    } = this;
    await this.replicated.expectOnce(this.traffic);
    return [
      ...history.findings,
      ...(await untilQuiet(system)),
      ...(await compareAtRest(system, load, account.id, new EventLog())),
    ];
  }

  async hasRun(migration: string): Promise<boolean> {
    return (
      (await this.replicated.system.query('oms', 'select from migrations where name like $1', [`${migration}%`]))
        .length === 1
    );
  }

  async stop(): Promise<void> {
    this.clients.load.close();
    await this.replicated.stop();
    await this.cluster.remove();
  }

  private get samples(): readonly Parameters<Phases['table']>[0][number][] {
    return [...samplesOf(this.traffic.sent), ...this.clients.history.samples];
  }

  private async migrate({ exportMinutes }: UpgradeTimes): Promise<void> {
    const { system } = this.replicated;
    await this.phases.during('the former version', async () => {
      await this.readExport();
      await pause(steadyMs);
    });
    const exported = this.readExport(exportMinutes);
    exported.catch(() => undefined);
    await this.phases.during('migrations, beside the export', () =>
      Promise.all(Object.entries(system.databases).map(([service, database]) => migrate(service, database))),
    );
    await this.phases.during('former services, new schema', async () => {
      await exported;
      await pause(steadyMs);
    });
  }

  private async replace({ mixedMinutes }: UpgradeTimes): Promise<void> {
    this.replicated.system.upgrade();
    const replaced = async (what: string, names: readonly string[]): Promise<void> => {
      await this.phases.during(`${what} replaced`, () => this.replicated.restart(names));
      await this.phases.during('mixed so', () => pause(mixedMinutes * minuteMs));
    };
    await replaced('one gateway', ['gateway-2']);
    await replaced('one replica of each service', services.map(second));
    await replaced('all replicas of services', services);
    await replaced('all', ['gateway']);
  }

  /** Those that were left for later, as soon as the former version is gone; those of large tables without oms. */
  private async migrateAgain(): Promise<void> {
    const { system } = this.replicated;
    await this.phases.during('deferred migrations, beside an export', () =>
      Promise.all([this.readExport(shortExportMinutes), migrate('oms', system.databases.oms)]),
    );
    if (await this.hasRun('WideKeys')) return;
    await this.phases.during(
      'migrate-offline, without oms',
      async () => {
        await Promise.all(oms.map((name) => system.app(name).stop(graceMs)));
        await migrate('oms', system.databases.oms, { command: 'migrate-offline' });
        for (const name of oms) await system.startApp(name);
      },
      isOfOms,
    );
  }

  /** @param minutes how long its reader takes; as fast as it can, unless given */
  private async readExport(minutes = 0): Promise<void> {
    const reader = await ExportReader.open(
      `${this.replicated.system.url}${omsPath}customers/list-simple/?format=csv`,
      this.clients.reader.token,
    );
    if (minutes > 0) await reader.readSlowly(this.exportBytes, this.exportBytes / (minutes * 60));
    this.exports.push(await reader.rest());
    this.exportBytes = reader.bytes;
  }
}

/** A client of an account that nobody writes. */
async function readerOf({ system }: ReplicatedSystem, customers: number): Promise<Client> {
  const reader = await system.newToken(await system.newAccount());
  const account = await system.accountId(reader.account);
  await system.query(
    'oms',
    `insert into customer (account_id, omnitron_id, email, first_name, last_name, phone_number, modified_date)
    select ${account}, n, 'customer.' || n || '@example.com', 'Tuğçe', 'Yılmaz ' || n % 1000, '+90 555 ' || n,
      timestamptz '2024-02-29 23:59:59.500001Z' + n * interval '1.000007 seconds'
        from generate_series(1, ${customers}) n`,
  );
  await system.query('oms', "select fold_row_changes($1, 'customer')", [account]);
  await system.query('oms', 'vacuum analyze customer');
  return reader;
}

/** Clients of all families that know what they must find. */
async function workingClients({ system }: ReplicatedSystem): Promise<Omit<Clients, 'reader'>> {
  const [name, { url, username, password }] = [`upgraded-${Date.now()}`, system.simulator];
  const account = await newLoadAccount(
    (commands) =>
      Promise.all(
        commands.map(({ parameters }) =>
          parameters[0] === 'omnitron' ? system.connectOmnitron(name) : system.command(...parameters),
        ),
      ),
    name,
    { url, username, password },
  );
  const history = new TimedHistory(1000);
  const load = new MixedLoad({
    seed: 1,
    account,
    history,
    gateway: () => system.url,
    omnitron: () => url,
    perSecond: perSecond.load,
    writers: 2,
    isOfFormerRelease: true,
    timeoutMs: minuteMs,
  });
  await load.prepare();
  return { account, load, history };
}
