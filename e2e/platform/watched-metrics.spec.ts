import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { metrics } from '../../deploy/prometheus/metrics.js';
import { gateway, services } from '../../tools/src/topology.js';
import { send } from '../system/http.js';
import { upstreamReasons } from '../system/reasons.js';
import { everyService, RunningSystem } from '../system/running-system.js';

const shown = Object.entries(metrics);

let system: RunningSystem;

/** Something happens in every family, so that there is something to be measured. */
beforeAll(async () => {
  system = await RunningSystem.start({ services: everyService });
  const client = await system.newClient();
  const retail = await system.newRetailClient(client.account);
  const reservation = await system.newReservationClient();
  await system.simulator.setReasons(upstreamReasons(3));
  await Promise.all([
    client.setup('cancellation-reasons').run(60_000),
    retail.rows('supplier-refunds/'),
    reservation.payload('GET', 'reservations'),
  ]);
});

afterAll(() => system.stop());

describe.each([gateway, ...services])('the operations endpoints of $name', ({ name: app }) => {
  let text: string;

  beforeAll(async () => {
    ({ text } = await send('GET', `${system.app(app).operations ?? ''}/metrics`));
  });

  it('are the metrics that the dashboard and the alerts ask it for', () => {
    const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
    for (const [name, { type }] of shown.filter(([, { of }]) => of.includes(app)))
      expect([name, types.get(name)]).toEqual([name, type]);
  });

  it('has the labels that they ask for', () => {
    for (const [name, { labels }] of shown) {
      for (const [, said = ''] of text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?{(.*)} \\S+$`, 'gm'))) {
        const names = [...said.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)]
          .map(([, label]) => label)
          .filter((label) => label !== 'le');
        expect([name, names.sort()]).toEqual([name, [...labels, 'app'].sort()]);
      }
    }
  });
});
