import { randomBytes } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import type { INestMicroservice } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { scopes } from '@refundry/auth';
import type { DryRunReservation, Reservation } from '@refundry/contracts';
import { FailureFilter, RpcClient, RpcServer, type Head } from '@refundry/messaging';
import { migrate } from '@refundry/persistence';
import type { Actor, MountedEndpoint } from '@refundry/resource';
import { reservationRefundMigrations } from '../reservation-refund.app.js';
import { WaiverExpiry } from '../waivers/waiver-expiry.js';
import { ReservationRefundModule } from '../reservation-refund.module.js';

interface RpcRequestOptions extends Partial<Head> {
  readonly account?: number;
  readonly domain?: string;
  /** The holder of the credential. */
  readonly actor?: Actor;
  readonly body?: unknown;
}

/** The service behind RPC, as the gateway asks it. */
export class RunningService {
  private constructor(
    private readonly app: INestMicroservice,
    private readonly client: RpcClient,
  ) {}

  static async start(
    natsUrl: string,
    database: { readonly url: string; readonly ownerUrl: string },
  ): Promise<RunningService> {
    await migrate(database.ownerUrl, reservationRefundMigrations);
    const strategy = new RpcServer({
      url: natsUrl,
      name: 'reservation-refund',
      limit: 1000,
      graceMs: 1000,
      observe: () => undefined,
    });
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(
      ReservationRefundModule.with({
        databaseUrl: database.url,
        natsUrl,
        secretKey: randomBytes(32).toString('base64'),
        allowsPlainWebhooks: false,
      }),
      { strategy, logger: ['error'] },
    );
    app.useGlobalFilters(new FailureFilter());
    await app.listen();
    return new RunningService(app, await RpcClient.open({ url: natsUrl, name: 'gateway', limit: 1000 }));
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.app.close();
  }

  /** Sweeps the waivers whose time is over. */
  expireWaivers(): Promise<void> {
    return this.app.get(WaiverExpiry).expire();
  }

  /** Asks for a file. @throws Failure the service's own */
  async file(
    { subject }: MountedEndpoint,
    { account, domain }: { readonly account: number; readonly domain: string },
  ): Promise<string> {
    const caller = { account, domain, scopes: Object.values(scopes.reservation) };
    const head = { requestId: 'r1', deadline: Date.now() + 20_000, caller };
    return Buffer.from(await this.client.request(subject, head)).toString();
  }

  /** @throws Failure the service's own */
  async ask<T = Record<string, unknown>>(
    { subject }: MountedEndpoint,
    { account = 1, domain = 'shop.example', actor, body, ...head }: RpcRequestOptions = {},
  ): Promise<T> {
    const caller = { account, domain, scopes: Object.values(scopes.reservation), ...(actor && { actor }) };
    const bytes = body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const answer = await this.client.request(
      subject,
      { requestId: 'r1', deadline: Date.now() + 20_000, caller, contentType: 'application/json', ...head },
      bytes,
    );
    return JSON.parse(Buffer.from(answer).toString()) as T;
  }
}

/** A flight from Tehran on 2027-03-10 at 18:30 for 10,000,000 Rial. */
export const flight = {
  local_pnr: 'L1',
  original_pnr: 'O1',
  number: '098-1',
  service: 'flight',
  supplier: 'charter',
  carrier: 'W5',
  fare_class: 'Y',
  issued_at: '2027-01-01T00:00:00Z',
  starts_at: '2027-03-10T15:00:00Z',
  zone: 'Asia/Tehran',
  price: 10_000_000,
  status: 'confirmed',
} satisfies Omit<Reservation, 'id' | 'created_date' | 'modified_date'> & DryRunReservation;

/** Until noon three days before 30 %, until noon one day before 60 %, until three hours before 70 %, later 100 %. */
export const flightRules = {
  name: 'Domestic flights',
  service: 'flight',
  tiers: [
    { days_before: 3, clock: '12:00', percent: 30 },
    { days_before: 1, clock: '12:00', percent: 60 },
    { minutes_before: 180, percent: 70 },
    { minutes_before: 0, percent: 100 },
  ],
} as const;
