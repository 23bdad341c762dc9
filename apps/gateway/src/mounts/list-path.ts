import { splitUrl } from '../addresses/request-target.js';
import type { Mount } from './mount.js';

/**
 * Beginning of the links of a list to its pages, as in Django REST framework: below the base of the request, and with
 * the format behind the path, so that the next page has the same format. An alias of the resource is not kept.
 *
 * @param route the one that has matched
 * @param target that of the request
 */
export function listPathOf({ path, dialect, routes }: Mount, route: string, target: string): string {
  const base = dialect.otherBases.find((other) => route.startsWith(other)) ?? dialect.base;
  const list = base + path.slice(dialect.base.length);
  const format = routes.get(route);
  if (format === undefined) return `${list}/`;
  const suffix = route.endsWith(`/.${format}`) ? `/.${format}` : `.${format}`;
  return list + suffix + (splitUrl(target).path.endsWith('/') ? '/' : '');
}
