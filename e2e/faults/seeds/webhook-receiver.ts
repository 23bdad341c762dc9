import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { signedToken, type Finding, type LoadAccount } from '@refundry/testing';
import { queryDatabase } from '../../system/database.js';
import { send } from '../../system/http.js';
import type { RunningSystem } from '../../system/running-system.js';
import { until } from '../../system/until.js';

const services = ['supplier-refund', 'reservation-refund'] as const;
/** Of the requests, one that is refused. */
const refusedEvery = 9;
const signedForSeconds = 600;
const endedWithinMs = 60_000;
const hurryEveryMs = 1000;

/** A receiver of webhooks that refuses some of its messages. */
export class WebhookReceiver {
  /** By id, the data that came. */
  private readonly received = new Map<string, Set<string>>();
  private requests = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        receiver.requests += 1;
        const isRefused = receiver.requests % refusedEvery === 0;
        if (!isRefused) receiver.take(String(request.headers['webhook-id']), body);
        response.writeHead(isRefused ? 500 : 204).end();
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return receiver;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Registers itself for the refunds of both families. */
  async register(gateway: string, { retail, reservation }: LoadAccount): Promise<void> {
    const { username, password, clientId, clientSecret } = retail;
    const login = await send('POST', `${gateway}/api/o/token/`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'password',
        username,
        password,
        client_id: clientId,
        client_secret: clientSecret,
      }).toString(),
    });
    const { access_token: token } = login.json as { access_token: string };
    const signed = signedToken(reservation.organisationToken, signedForSeconds);
    await this.post(`${gateway}/api/v1/webhooks/`, ['supplier_refund.*'], { authorization: `Bearer ${token}` });
    await this.post(`${gateway}/api/reservation/v1/webhooks`, ['reservation_refund.*', 'refund_rules.*'], {
      authorization: `Bearer ${signed}`,
      domain: reservation.domain,
    });
  }

  /** Compares what came with the logs, once every delivery has ended. */
  async compare(system: RunningSystem, account: number): Promise<Finding[]> {
    const findings = await Promise.all(services.map((service) => this.compareService(system, account, service)));
    return findings.flat();
  }

  private take(id: string, body: string): void {
    const { data } = JSON.parse(body) as { data: unknown };
    const known = this.received.get(id) ?? new Set();
    this.received.set(id, known.add(JSON.stringify(data)));
  }

  private async post(url: string, types: readonly string[], headers: Readonly<Record<string, string>>): Promise<void> {
    const { port } = this.server.address() as AddressInfo;
    const body = JSON.stringify({ url: `http://127.0.0.1:${port}/`, event_types: types });
    const answer = await send('POST', url, { headers: { ...headers, 'content-type': 'application/json' }, body });
    if (answer.status !== 201) throw new Error(`${url} answered ${answer.status} ${answer.text}`);
  }

  private async compareService(
    system: RunningSystem,
    account: number,
    service: (typeof services)[number],
  ): Promise<Finding[]> {
    await until('every delivery has ended', () => this.hurry(system, account, service), {
      within: endedWithinMs,
      every: hurryEveryMs,
    });
    const rows = await system.query<{ id: string; data: unknown }>(
      service,
      'select event_id as id, data from event where account_id = $1 order by id',
      [account],
    );
    return rows.flatMap(({ id, data }): Finding[] => {
      const came = [...(this.received.get(id) ?? [])];
      if (came.length === 0) return [{ kind: 'lost', subject: `event ${id}`, what: 'no webhook was told of it' }];
      return came.every((one) => one === JSON.stringify(data))
        ? []
        : [{ kind: 'wrong answer', subject: `event ${id}`, what: `${came.join(' and ')} came` }];
    });
  }

  /** As if the pauses and the leases of the dead were over. @returns whether nothing is under way */
  private async hurry(system: RunningSystem, account: number, service: (typeof services)[number]): Promise<boolean> {
    const waiting = await queryDatabase(
      system.databases[service].ownerUrl,
      `update webhook_delivery set next_attempt_date = now(), lease_until = null
        where account_id = $1 and ended_date is null returning id`,
      [account],
    );
    return waiting.length === 0;
  }
}
