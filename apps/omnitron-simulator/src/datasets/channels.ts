import { type Row } from '../row.js';

/** A web shop and a marketplace. Their pks are not 1 and 2, so that nobody takes ours for Omnitron's unnoticed. */
export const channels: readonly Row[] = [
  {
    pk: 3,
    name: 'Web Mağazası',
    channel_type: 'web',
    configuration: {},
    is_active: true,
    created_date: '2023-05-29T07:58:40.114502Z',
    modified_date: '2023-06-02T11:03:27.690341Z',
  },
  {
    pk: 5,
    name: 'N11',
    channel_type: 'n11',
    configuration: { currency: 'try' },
    is_active: true,
    created_date: '2023-05-29T08:01:12.870055Z',
    modified_date: '2023-05-29T08:01:12.870069Z',
  },
];
