import { expect } from '@jest/globals';
import { SeededAccount } from './seeded-account.js';
import { LoadBalancer } from './load-balancer.js';
import { quoted, type MixedTraffic } from './mixed-traffic.js';
import { everyService, RunningSystem, type SystemOptions } from './running-system.js';

const apps = ['accounts', ...everyService, 'gateway'];
/** One of each app. */
export const firstReplicas: readonly string[] = apps;
export const everyReplica = apps.flatMap((app) => [app, `${app}-2`]);
const gateways = everyReplica.filter((name) => name.startsWith('gateway'));
/** Longer than the load balancer needs to notice. */
const delay = { SHUTDOWN_DELAY_SECONDS: '1' };

/** The whole system with two replicas of every app, behind a load balancer, and an account of it. */
export class ReplicatedSystem {
  private constructor(
    readonly system: RunningSystem,
    private readonly balancer: LoadBalancer,
    readonly account: SeededAccount,
  ) {}

  static async start({ environment, ...options }: Omit<SystemOptions, 'services'> = {}): Promise<ReplicatedSystem> {
    const system = await RunningSystem.start({
      ...options,
      services: everyService,
      environment: { ...environment, gateway: delay },
    });
    await Promise.all(apps.map((app) => system.startApp(`${app}-2`)));
    const balancer = await LoadBalancer.start(() => gateways.map((name) => system.app(name).url ?? ''));
    await balancer.untilReady(gateways.length);
    system.enterBy(balancer.url);
    return new ReplicatedSystem(system, balancer, await SeededAccount.seed(system, 1));
  }

  /** Restarts one replica after the other, each as soon as the one before is back. */
  async restart(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const before = this.system.app(name);
      await this.system.restartApp(name);
      expect(await before.exited).toEqual({ code: 0, signal: null });
      await this.balancer.untilReady(gateways.length);
    }
  }

  /** Everything acknowledged is stored, exactly once, and nothing else. */
  async expectOnce({ documents, refunded }: MixedTraffic): Promise<void> {
    const [saved, refunds] = await Promise.all([
      this.system.query<{ id: string }>(
        'supplier-refund',
        "select document_id as id from supplier_refund where document_id like 'posted-%'",
      ),
      this.system.query<{ id: number }>(
        'reservation-refund',
        'select reservation_id::integer as id from refund where reservation_id > $1',
        [quoted],
      ),
    ]);
    expect(saved.map(({ id }) => id).toSorted()).toEqual(documents.toSorted());
    expect(refunds.map(({ id }) => id).toSorted()).toEqual(refunded.toSorted());
  }

  async stop(): Promise<void> {
    await this.balancer.stop();
    await this.system.stop();
  }
}
