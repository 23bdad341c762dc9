import { type Row } from '../row.js';

export const countries: readonly Row[] = [
  {
    pk: 4,
    name: 'Türkiye',
    code: 'tr',
    is_active: true,
    translations: {},
    created_date: '2023-05-29T07:40:00.018233Z',
    modified_date: '2023-05-29T07:40:00.018247Z',
  },
];
