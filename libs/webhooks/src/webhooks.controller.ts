import { Controller, Inject, type Type } from '@nestjs/common';
import { byCaller } from '@refundry/audit';
import { Handles } from '@refundry/messaging';
import type { ActionRequest, DetailRequest, JsonText, ListRequest, Page } from '@refundry/resource';
import { Pings } from './pings.js';
import { Replays } from './replays.js';
import type { ReplayInput, WebhookInput } from './webhook-input.js';
import type { AttemptOutcome } from './webhook-sender.js';
import type { WebhookEndpoints } from './webhooks-options.js';
import { WebhooksReader } from './webhooks.reader.js';
import { WebhooksService, type NewSecret } from './webhooks.service.js';

/** The controllers of a family's webhooks. */
export const webhooksControllers = (endpoints: WebhookEndpoints): Type[] => [
  rowsController(endpoints),
  deliveriesController(endpoints),
];

function rowsController({ list, create, detail, update, remove, ping, rotateSecret }: WebhookEndpoints): Type {
  @Controller()
  class WebhooksController {
    constructor(
      @Inject(WebhooksService) private readonly webhooks: WebhooksService,
      @Inject(WebhooksReader) private readonly reader: WebhooksReader,
      @Inject(Pings) private readonly pings: Pings,
    ) {}

    @Handles(list)
    list(request: ListRequest): Promise<Page<object>> {
      return this.reader.list(request);
    }

    @Handles(create)
    async create(request: ActionRequest<WebhookInput>): Promise<object> {
      const { id, secret } = await this.webhooks.create(byCaller(request), request.input);
      const { text } = await this.reader.row(request, id);
      return { ...(JSON.parse(text) as object), secret };
    }

    @Handles(detail)
    detail(request: DetailRequest): Promise<JsonText<object>> {
      return this.reader.row(request, request.key);
    }

    @Handles(update)
    async update(request: ActionRequest<WebhookInput>): Promise<JsonText<object>> {
      await this.reader.row(request, request.key);
      await this.webhooks.update(byCaller(request), request.key, request.input);
      return this.reader.row(request, request.key);
    }

    @Handles(remove)
    remove(request: ActionRequest<object>): Promise<void> {
      return this.webhooks.remove(byCaller(request), request.key);
    }

    @Handles(ping)
    async ping({ caller, key }: ActionRequest<object>): Promise<object> {
      return shownPing(await this.pings.ping(caller.account, key));
    }

    @Handles(rotateSecret)
    async rotateSecret(request: ActionRequest<{ readonly overlap_hours?: number }>): Promise<NewSecret> {
      await this.reader.row(request, request.key);
      return this.webhooks.rotateSecret(byCaller(request), request.key, request.input.overlap_hours);
    }
  }
  return WebhooksController;
}

function deliveriesController({ deliveries, delivery, resend, replay }: WebhookEndpoints): Type {
  @Controller()
  class WebhookDeliveriesController {
    constructor(
      @Inject(WebhooksReader) private readonly reader: WebhooksReader,
      @Inject(Replays) private readonly replays: Replays,
    ) {}

    @Handles(deliveries)
    list(request: ListRequest): Promise<Page<object>> {
      return this.reader.listDeliveries(request);
    }

    @Handles(delivery)
    detail(request: DetailRequest): Promise<JsonText<object>> {
      return this.reader.readDeliveryWithAttempts(request);
    }

    @Handles(resend)
    async resend(request: ActionRequest<object>): Promise<JsonText<object>> {
      const { within = '', key } = request;
      await this.replays.resend(byCaller(request), within, key);
      return this.reader.readDelivery(request, within, key);
    }

    @Handles(replay)
    async replay(request: ActionRequest<ReplayInput>): Promise<{ queued: number }> {
      await this.reader.row(request, request.key);
      return { queued: await this.replays.replay(byCaller(request), request.key, request.input) };
    }
  }
  return WebhookDeliveriesController;
}

const shownPing = ({ isDelivered, statusCode, error, durationMs, answer }: AttemptOutcome): object => ({
  status: isDelivered ? 'delivered' : 'failed',
  status_code: statusCode,
  error,
  duration_ms: durationMs,
  answer,
});
