import { Channel, getChannel, listChannels } from '@refundry/contracts';
import { largeJson, resourceTable } from '@refundry/persistence';
import { readOnlyController } from '../read-only-resource.js';

export const ChannelsController = readOnlyController(
  listChannels,
  getChannel,
  resourceTable('channel', Channel, {}, largeJson('channel', 'configuration')),
);
