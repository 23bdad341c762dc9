import type { Family } from '@refundry/resource';
import type { Dialect } from './dialect.js';
import { oauth } from './oauth/oauth.dialect.js';
import { oms } from './oms/oms.dialect.js';
import { reservation } from './reservation/reservation.dialect.js';
import { retail } from './retail/retail.dialect.js';

/** The more specific path prefix comes first. */
export const dialects: Record<Family, Dialect> = { oms, oauth, retail, reservation };

/** The dialect in which a path is refused, whether it leads anywhere or not. */
export const dialectOf = (path: string): Dialect =>
  Object.values(dialects).find(({ pathPrefix }) => `${path}/`.startsWith(pathPrefix)) ?? oms;
