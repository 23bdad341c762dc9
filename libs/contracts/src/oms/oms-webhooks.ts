import { scopes } from '@refundry/auth';
import { webhookDecisions } from '../webhook-decisions.js';
import { webhookEndpoints } from '../webhooks.js';
import { customersSaved } from './oms-events.js';

const { read, manage } = scopes.oms;

export const omsWebhooks = webhookEndpoints({ family: 'oms', read, manage, exampleType: customersSaved.type });

export const omsWebhookDecisions = webhookDecisions('oms');
