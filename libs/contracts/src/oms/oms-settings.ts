import { scopes } from '@refundry/auth';
import { IntegerField } from '@refundry/resource';
import { settings, webhookDefaults, WebhookSettings } from '../settings.js';

export class OmsSettings extends WebhookSettings {
  @IntegerField({
    label: 'Percent of the active cancellation reasons that a pull may deactivate without force',
    required: false,
    minValue: 0,
    maxValue: 100,
  })
  max_deactivated_percent!: number;
}

const { read, manage } = scopes.oms;

export const omsSettings = settings({
  family: 'oms',
  of: OmsSettings,
  defaults: { ...webhookDefaults, max_deactivated_percent: 50 },
  read,
  manage,
});
