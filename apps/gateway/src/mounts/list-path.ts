import { splitUrl } from '../http/admitted-request.js';
import type { Mount } from './mount.js';

/**
 * What the links of a list to its pages begin with, as Django REST framework has it: below the base that was asked at, and with
 * the format behind the path, so that the next page is what this one is. An alias of the resource is not kept.
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
