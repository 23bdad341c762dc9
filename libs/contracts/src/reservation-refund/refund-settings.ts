import { scopes } from '@refundry/auth';
import { settings, webhookDefaults, WebhookSettings } from '../settings.js';

const { read, manage } = scopes.reservation;

export const reservationSettings = settings({
  family: 'reservation',
  of: WebhookSettings,
  defaults: webhookDefaults,
  read,
  manage,
});
