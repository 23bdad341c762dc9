import { scopes } from '@refundry/auth';
import { webhookEndpoints } from '../webhooks.js';
import { customersSaved } from './oms-events.js';

const { read, manage } = scopes.oms;

export const omsWebhooks = webhookEndpoints({ family: 'oms', read, manage, exampleType: customersSaved.type });
