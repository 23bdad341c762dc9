import { segmentOf } from '@refundry/resource';
import { splitUrl } from '../addresses/request-target.js';
import type { Mount } from './mount.js';

/**
 * Beginning of the links of a list to its pages, as in Django REST framework: below the base of the request, and with
 * the format behind the path, so that the next page has the same format. An alias of the resource is not kept.
 *
 * @param route the one that has matched
 * @param target that of the request
 * @param within the key of the row that the list stands in
 */
export function listPathOf({ path, dialect, routes }: Mount, route: string, target: string, within = ''): string {
  const base = dialect.otherBases.find((other) => route.startsWith(other)) ?? dialect.base;
  const list = base + path.slice(dialect.base.length).replace(':within', () => segmentOf(within));
  const format = routes.get(route);
  if (format === undefined) return `${list}/`;
  const suffix = route.endsWith(`/.${format}`) ? `/.${format}` : `.${format}`;
  return list + suffix + (splitUrl(target).path.endsWith('/') ? '/' : '');
}
