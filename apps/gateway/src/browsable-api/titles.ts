import type { Mount } from '../mounts/mount.js';
import { html, type Html } from './html.js';
import type { PageLinks } from './page-links.js';
import { pathOf, type PageView } from './shown.js';

/** The display name of the answer's resource: the contract's title, or the words of its path. */
export function titleOf({ path, dialect, name }: Pick<Mount, 'path' | 'dialect' | 'name'>): string {
  if (/^[A-Z]/.test(name)) return name;
  return path
    .slice(dialect.base.length)
    .split('/')
    .filter((segment) => !segment.startsWith(':'))
    .map(words)
    .join(' · ');
}

const words = (segment: string): string => segment.charAt(0).toUpperCase() + segment.slice(1).replaceAll(/[-_]/g, ' ');

interface Crumb {
  readonly title: string;
  readonly href: string;
}

/** The pages above it, the outermost first. */
export function crumbsOf({ mount, keys }: PageView, links: PageLinks): Crumb[] {
  const segments = pathOf(mount, keys).split('/');
  return mount.above.map((above) => {
    const depth = above.path.split('/').length;
    return {
      title: above.path.endsWith('/:key') ? (keys.within ?? '') : titleOf(above),
      href: links.toPage(`${segments.slice(0, depth).join('/')}/`),
    };
  });
}

/** The position of one; the last of them is this page. */
export const breadcrumbs = (
  crumbs: readonly Crumb[],
  here: string,
): Html => html`<nav aria-label="Breadcrumbs"><ol class="crumbs">
${crumbs.map(({ title, href }) => html`<li><a href="${href}">${title}</a></li>`)}
<li aria-current="page">${here}</li>
</ol></nav>`;
