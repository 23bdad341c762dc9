import { html, type Html } from './html.js';
import type { PageLinks } from './page-links.js';
import { againAt, isWhole, queryOf, textOf, type PageView } from './shown.js';

interface Envelope {
  readonly count: number;
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly unknown[] | undefined;
}

/** How many rows there are, which of them are shown, and the ways to the other pages. */
export function pagination(shown: PageView, links: PageLinks): Html | undefined {
  const page = envelopeOf(shown);
  if (!page) return undefined;
  const step = (title: string, href: string | undefined): Html =>
    href === undefined ? html`<span aria-disabled="true">${title}</span>` : html`<a href="${href}">${title}</a>`;
  const next = page.next === null ? undefined : links.toAddress(page.next);
  const previous = page.previous === null ? undefined : links.toAddress(page.previous);
  return html`<nav class="pages" aria-label="Pages">
<p><b>${rowsOf(page, shown)}</b></p>
<div class="group">${[
    step('First', previous && pageHref(shown, links)),
    step('Previous', previous),
    step('Next', next),
    step('Last', next && pageHref(shown, links, 'last')),
  ]}</div>
</nav>`;
}

/** The links come before the rows, so that they are there even where only the beginning of the answer is. */
function envelopeOf(shown: PageView): Envelope | undefined {
  if (shown.mount.endpoints.get('GET')?.kind !== 'list' || shown.method !== 'GET' || shown.status !== 200)
    return undefined;
  const text = textOf(shown);
  if (isWhole(shown)) return JSON.parse(text) as Envelope;
  const [head] = /^\{"count":.*?(?=,"results":\[)/.exec(text) ?? [];
  return head === undefined ? undefined : { ...(JSON.parse(`${head}}`) as Envelope), results: undefined };
}

function pageHref(shown: PageView, links: PageLinks, page?: string): string {
  const parameters = withoutPage(queryOf(shown));
  if (page !== undefined) parameters.set('page', page);
  return links.toPage(againAt(shown), parameters.toString());
}

/** The parameters without those that say which page it is, in any spelling. */
function withoutPage(query: string): URLSearchParams {
  const pageNames = new Set(['page', 'cursor']);
  return new URLSearchParams([...new URLSearchParams(query)].filter(([name]) => !pageNames.has(name.toLowerCase())));
}

const number = new Intl.NumberFormat('en');

function rowsOf({ count, next, previous, results }: Envelope, shown: PageView): string {
  const all = `${number.format(count)} ${count === 1 ? 'row' : 'rows'}`;
  const asked = (parameter: string): string | undefined =>
    [...new URLSearchParams(queryOf(shown))].findLast(([name]) => name.toLowerCase() === parameter)?.[1];
  if (!results || results.length === 0 || asked('cursor') !== undefined) return all;
  const page = previous === null ? 1 : Number(asked('page'));
  const first = next === null ? count - results.length : (page - 1) * results.length;
  return `${number.format(first + 1)}–${number.format(first + results.length)} of ${all}`;
}
