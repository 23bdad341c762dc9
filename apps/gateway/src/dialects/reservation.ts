import type { Dialect } from './dialect.js';

/** The reservation clients, who sign their requests themselves. */
export const reservation: Dialect = {
  base: '/api/reservation/v1/',
  challenge: 'Bearer',
  keys: null,

  render: (failure) => ({ error: { code: failure.status } }),

  suffixes: [],
  showsPagesToBrowsers: false,
  ignoresCase: false,
};
