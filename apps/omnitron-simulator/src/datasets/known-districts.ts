import { district, type District } from './district.js';

/** pk, name, pk of the township, pk of the city. */
const situated = [
  [3001, 'Fethiye', 203, 16],
  [3002, 'İhsaniye', 203, 16],
  [3017, 'Çekirge', 204, 16],
  [3105, 'Kaynartepe', 231, 18],
  [5201, 'Bebek', 451, 41],
  [5202, 'Levent', 451, 41],
  [5210, 'Caferağa', 452, 41],
  [5211, 'Fenerbahçe', 452, 41],
  [5212, 'Göztepe', 452, 41],
  [5230, 'Teşvikiye', 453, 41],
  [5231, 'Mecidiyeköy', 453, 41],
  [5301, 'Bostanlı', 460, 42],
  [5302, 'Mavişehir', 460, 42],
  [5310, 'Alsancak', 461, 42],
  [5311, 'Göztepe', 461, 42],
  [5400, 'Cumhuriyet', 470, 43],
] as const;

/** Those that tests and examples know by their pk. */
export const knownDistricts: readonly District[] = situated.map(([pk, name, township, city]) =>
  district(pk, name, township, city, { longitude: null, latitude: null }),
);
