import { scopes } from '@refundry/auth';
import { BooleanField } from '@refundry/resource';
import { settings, webhookDefaults, WebhookSettings } from '../settings.js';

const { read, manage } = scopes.reservation;

export class ReservationSettings extends WebhookSettings {
  @BooleanField({ label: 'Whether another than who changed a draft of rules last must publish it', required: false })
  second_person_publishes!: boolean;
}

export const reservationSettings = settings({
  family: 'reservation',
  of: ReservationSettings,
  defaults: { ...webhookDefaults, second_person_publishes: false },
  read,
  manage,
});
