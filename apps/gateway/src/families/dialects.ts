import type { Family } from '@refundry/resource';
import { splitUrl } from '../addresses/request-target.js';
import type { Dialect } from './dialect.js';
import { oauth } from './oauth/oauth.dialect.js';
import { oms } from './oms/oms.dialect.js';
import { reservation } from './reservation/reservation.dialect.js';
import { retail } from './retail/retail.dialect.js';

/** The more specific path prefix comes first. */
export const dialects: Record<Family, Dialect> = { oms, oauth, retail, reservation };

/** The dialect in which a request is refused, whether its target leads anywhere or not. */
export function dialectOf(target: string): Dialect {
  const { path } = splitUrl(target);
  return Object.values(dialects).find(({ pathPrefix }) => `${path}/`.startsWith(pathPrefix)) ?? oms;
}
