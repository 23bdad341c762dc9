import { setTimeout as pause } from 'node:timers/promises';
import type { AppProcess } from '@refundry/testing';
import { send } from '../../system/http.js';
import { OwnCluster } from '../../system/own-cluster.js';
import { RunningSystem } from '../../system/running-system.js';
import { until } from '../../system/until.js';
import { EventLog } from './event-log.js';
import { replicas, type Fault, type Target, type Way } from './fault-plan.js';

type Undo = () => Promise<void>;
type AppName = Exclude<Target, 'NATS' | 'PostgreSQL' | 'Omnitron'>;

const environment = {
  // A job is taken over soon after its worker died, and one may be ordered again at once.
  oms: { JOB_LEASE_SECONDS: '2' },
  // The load comes from one address and with few credentials.
  gateway: { REQUESTS_PER_SECOND: '0' },
  simulator: { OMNITRON_DISTRICTS: '0' },
};

const graceMs = 15_000;
const triesToStart = 5;
/** Long enough for work under way to reach PostgreSQL. */
const strandedMs = 400;
const misbehaviour = [
  { kind: 'server_error', every: 3 },
  { kind: 'too_many_requests', every: 4 },
  { kind: 'cut_off', every: 5 },
  { kind: 'expired_key', every: 7 },
  { kind: 'latency', ms: 300, every: 2 },
];

/**
 * The whole system, two gateways and two replicas of every service, and a hand that kills, freezes and restarts what it
 * is told.
 */
export class FaultInjector {
  /** The events that other teams could have read until now. */
  readonly events = new EventLog();
  /** Those that ended because they were told to, or because what they need was away when they were started. */
  private readonly endedByUs = new Set<AppProcess>();
  private knocks = 0;
  private postgresIsFree = Promise.resolve();

  private constructor(
    readonly running: RunningSystem,
    private readonly postgres: OwnCluster,
  ) {}

  static async start(): Promise<FaultInjector> {
    const postgres = await OwnCluster.start();
    const system = await RunningSystem.start({
      cluster: postgres.url,
      services: ['oms', 'supplier-refund', 'reservation-refund'],
      environment,
    });
    for (const replica of replicas) await system.startApp(replica);
    return new FaultInjector(system, postgres);
  }

  /** The gateway's address: alternates between the two, as behind a balancer that knows nothing of their health. */
  get entrance(): string {
    this.knocks += 1;
    return this.running.app(this.knocks % 2 === 0 ? 'gateway' : 'gateway-2').url ?? '';
  }

  /** Does all of it, each at its time, and undoes it. @throws when something doesn't come back */
  async inject(faults: readonly Fault[]): Promise<void> {
    await Promise.all(
      faults.map(async ({ target, way, atMs, lastsMs }) => {
        await pause(atMs);
        const undo = await this.strike(target, way);
        await pause(lastsMs);
        await undo();
      }),
    );
  }

  /** Waits until everything says that it is ready. */
  async recovers(): Promise<void> {
    for (const app of this.alive)
      await until(`${app.name} is ready`, async () => (await healthOf(app)) === 200, { within: graceMs, every: 50 });
  }

  /** Apps that ended though nobody told them to. */
  get endedByThemselves(): readonly AppProcess[] {
    return this.running.everyApp.filter(
      (app) => app.hasExited && !app.name.endsWith(' migrate') && !this.endedByUs.has(app),
    );
  }

  /** Those that run. */
  get alive(): AppProcess[] {
    return this.running.everyApp.filter((app) => !app.hasExited);
  }

  async stop(): Promise<void> {
    await this.running.stop();
    await this.postgres.remove();
  }

  private strike(target: Target, way: Way): Promise<Undo> {
    if (target === 'NATS') return this.strikeNats(way);
    if (target === 'PostgreSQL') return this.alone((done) => this.strikePostgres(way, done));
    if (target === 'Omnitron') return this.strikeOmnitron(way);
    return this.strikeApp(target, way);
  }

  private async strikeApp(name: AppName, way: Way): Promise<Undo> {
    const app = this.running.app(name);
    if (way === 'freeze') {
      app.kill('SIGSTOP');
      return () => {
        app.kill('SIGCONT');
        return Promise.resolve();
      };
    }
    this.endedByUs.add(app);
    if (way === 'restart') await app.stop(graceMs);
    else if (way === 'strand') await this.strand(app);
    else app.kill('SIGKILL');
    await app.exited;
    return () => this.startAgain(name);
  }

  private strand(app: AppProcess): Promise<void> {
    return this.alone(async (done) => {
      const thaw = await this.postgres.freeze();
      await pause(strandedMs);
      app.kill('SIGKILL');
      await app.exited;
      thaw();
      done();
    });
  }

  /** PostgreSQL suffers one thing at a time. */
  private async alone<T>(work: (done: () => void) => Promise<T>): Promise<T> {
    const before = this.postgresIsFree;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.postgresIsFree = promise;
    await before;
    return work(resolve);
  }

  /** As an orchestrator would: what can't start is started again. */
  private async startAgain(name: AppName): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.running.startApp(name);
        return;
      } catch (error) {
        const failed = this.running.everyApp.findLast((app) => app.name === name);
        if (failed) this.endedByUs.add(failed);
        if (attempt >= triesToStart) throw error;
      }
    }
  }

  private async strikeNats(way: Way): Promise<Undo> {
    const { running } = this;
    if (way === 'freeze') {
      running.suspendNats();
      return () => {
        running.resumeNats();
        return Promise.resolve();
      };
    }
    await (way === 'restart' ? running.stopNats() : running.killNats());
    if (way === 'wipe') {
      await running.withNatsAside((url) => this.events.read(url));
      running.wipeJetStream();
    }
    return () => running.startNats();
  }

  private async strikePostgres(way: Way, done: () => void): Promise<Undo> {
    const { postgres } = this;
    if (way === 'freeze') {
      const thaw = await postgres.freeze();
      return () => {
        thaw();
        done();
        return Promise.resolve();
      };
    }
    await (way === 'restart' ? postgres.stop() : postgres.crash());
    return async () => {
      await postgres.startAgain();
      done();
    };
  }

  private async strikeOmnitron(way: Way): Promise<Undo> {
    const { simulator } = this.running;
    if (way === 'misbehave') {
      await simulator.misbehave(...misbehaviour);
      return async () => {
        await simulator.behave();
      };
    }
    simulator.app.kill('SIGSTOP');
    return () => {
      simulator.app.kill('SIGCONT');
      return Promise.resolve();
    };
  }
}

async function healthOf(app: AppProcess): Promise<number> {
  const answer = await send('GET', `${app.operations ?? ''}/health/ready`);
  return answer.status;
}
