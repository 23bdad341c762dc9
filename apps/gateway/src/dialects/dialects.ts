import type { Family } from '@refundry/resource';
import type { Dialect } from './dialect.js';
import { oms } from './oms.js';

export const dialects: Record<Family, Dialect> = { oms };

/** The dialect in which a path is refused, whether it leads anywhere or not. */
export const dialectOf = (path: string): Dialect => Object.values(dialects).find(({ base }) => path.startsWith(base)) ?? oms;
