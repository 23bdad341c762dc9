import { scopes } from '@refundry/auth';
import { webhookDecisions } from '../webhook-decisions.js';
import { webhookEndpoints } from '../webhooks.js';
import { refundBecame } from './refund-events.js';

const { read, manage } = scopes.reservation;

export const reservationWebhooks = webhookEndpoints({
  family: 'reservation',
  read,
  manage,
  exampleType: refundBecame.paid.type,
});

export const reservationWebhookDecisions = webhookDecisions('reservation');
