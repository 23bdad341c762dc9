import { Inject, Injectable } from '@nestjs/common';
import { isWholeNumber, ReadPool, ResourceReader, resourceTable, RowByKey } from '@refundry/persistence';
import { Failure } from '@refundry/errors';
import {
  fieldsOf,
  type Class,
  type Condition,
  type DetailRequest,
  type JsonText,
  type ListRequest,
  type Page,
} from '@refundry/resource';
import { webhooksOptionsToken, type WebhooksOptions } from './webhooks-options.js';
import { idOf } from './webhooks.service.js';

type RowRequest = Pick<DetailRequest, 'caller'>;

/** Reads endpoints and deliveries as JSON. */
@Injectable()
export class WebhooksReader {
  private readonly webhooks: ResourceReader<object>;
  private readonly webhook: RowByKey<object>;
  private readonly deliveries: ResourceReader<object>;
  private readonly delivery: RowByKey<object>;
  private readonly deliveryWithAttempts: RowByKey<object>;

  constructor(readPool: ReadPool, @Inject(webhooksOptionsToken) { endpoints }: WebhooksOptions) {
    const { list, deliveries, delivery } = endpoints;
    const webhookTable = resourceTable('webhook', list.of);
    const deliveryTable = resourceTable('webhook_delivery', deliveries.of);
    const ofDelivery = (of: Class): string =>
      `select ${columnsOf(of).join(', ')} from webhook_delivery where account_id = $1 and webhook_id = $2::int8
        and id = $3::int8`;
    this.webhooks = new ResourceReader(readPool, list.of, webhookTable);
    this.webhook = new RowByKey(
      readPool,
      list.of,
      `select ${webhookTable.columns.join(', ')} from webhook where account_id = $1 and id = $2::int8`,
    );
    this.deliveries = new ResourceReader(readPool, deliveries.of, deliveryTable);
    this.delivery = new RowByKey(readPool, deliveries.of, ofDelivery(deliveries.of));
    this.deliveryWithAttempts = new RowByKey(readPool, delivery.of, ofDelivery(delivery.of));
  }

  list(request: ListRequest): Promise<Page<object>> {
    return this.webhooks.page(request);
  }

  /** @throws Failure `not_found` */
  row(request: RowRequest, key: string): Promise<JsonText<object>> {
    return this.webhook.read(request, idOf(key));
  }

  /** @throws Failure `not_found` where there is no such endpoint */
  async listDeliveries(request: ListRequest): Promise<Page<object>> {
    const { within = '' } = request;
    await this.webhook.find(request, idOf(within));
    return this.deliveries.page({ ...request, where: [ofWebhook(within), ...request.where] });
  }

  /** @throws Failure `not_found` */
  readDelivery(request: RowRequest, within: string | undefined, key: string): Promise<JsonText<object>> {
    return this.rowOfDelivery(this.delivery, request, within, key);
  }

  /** @throws Failure `not_found` */
  readDeliveryWithAttempts({ within, key, ...request }: DetailRequest): Promise<JsonText<object>> {
    return this.rowOfDelivery(this.deliveryWithAttempts, request, within, key);
  }

  private async rowOfDelivery(
    rows: RowByKey<object>,
    request: RowRequest,
    within = '',
    key = '',
  ): Promise<JsonText<object>> {
    if (!isWholeNumber(within) || !isWholeNumber(key)) throw new Failure('not_found');
    await this.webhook.find(request, within);
    return rows.read(request, within, key);
  }
}

const ofWebhook = (value: string): Condition => ({
  filter: { name: 'webhook', field: 'webhook_id', kind: 'integer', lookups: ['exact'], grouped: false },
  lookup: 'exact',
  value,
});

const columnsOf = (of: Class): string[] =>
  fieldsOf(of).map((field) => (field.of ? itemsOf(field.of) : field.select(field.name)));

/** SQL of the attempts of a delivery as a `ListField` reads them. */
const itemsOf = (of: Class): string =>
  `(select coalesce(json_agg(json_build_array(${fieldsOf(of)
    .map((field) => `(${field.select(`attempt.${field.name}`)})::text`)
    .join(', ')}) order by attempt.id), '[]') from webhook_attempt attempt
    where attempt.account_id = $1 and attempt.delivery_id = webhook_delivery.id)`;
