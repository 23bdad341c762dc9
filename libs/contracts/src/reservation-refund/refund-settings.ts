import { scopes } from '@refundry/auth';
import { BooleanField, IntegerField } from '@refundry/resource';
import { settings, webhookDefaults, WebhookSettings } from '../settings.js';

export class ReservationSettings extends WebhookSettings {
  /** In Rial; without it every request waits for somebody. */
  @IntegerField({
    label: 'Requests that pay back at most so much are approved at once',
    required: false,
    allowNull: true,
    minValue: 0,
  })
  approve_above!: number | null;
  @BooleanField({ label: 'Whether a refund is approved by another person than who requested it', required: false })
  second_person_approves!: boolean;
  @BooleanField({ label: 'Whether another than who changed a draft of rules last must publish it', required: false })
  second_person_publishes!: boolean;
}

const { read, manage } = scopes.reservation;

export const reservationSettings = settings<ReservationSettings>({
  family: 'reservation',
  of: ReservationSettings,
  defaults: {
    ...webhookDefaults,
    approve_above: null,
    second_person_approves: false,
    second_person_publishes: false,
  },
  read,
  manage,
});
