import type { Mount } from '../mounts/mount.js';
import { answerSection } from './answer-section.js';
import { addressOfAsset } from './assets.js';
import { filterForm } from './forms/filter-form.js';
import { writeForms } from './forms/write-forms.js';
import { html, type Html } from './html.js';
import { PageLinks, withQuery } from './page-links.js';
import { pagination } from './pagination.js';
import { againAt, pathOf, queryOf, type PageView } from './shown.js';
import { signIn } from './sign-in.js';
import { breadcrumbs, crumbsOf, titleOf } from './titles.js';

/** A page of HTML that shows an answer, and what else can be asked here. */
export function renderPage(shown: PageView): string {
  const { mount, keys, status } = shown;
  const links = new PageLinks(shown.publicBase, mount.dialect);
  const crumbs = crumbsOf(shown, links);
  const title = titleOf(mount);
  const { base, pages } = mount.dialect;
  const [above, trail] = [crumbs.at(-1)?.href, breadcrumbs(crumbs, keys.key ?? title)];
  const asset = (name: string): string => links.toFile(addressOfAsset(name));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${keys.key !== undefined && `${keys.key} · `}${title} · Refundry</title>
<link rel="icon" href="${asset('icon.svg')}">
<link rel="stylesheet" href="${asset('page.css')}">
<script type="module" src="${asset('page.js')}"></script>
</head>
<body>
<div id="page" data-family="${base}" data-scheme="${pages?.scheme}" data-status="${status}" data-above="${above}">
<header><p class="brand">Refundry</p>${trail}<button type="button" id="sign-out" hidden>Sign out</button></header>
<main>
<h1 tabindex="-1">${title}</h1>
${status === 401 ? [signIn(mount.dialect, links), answerSection(shown, links)] : content(shown, links)}
</main>
</div>
<p id="live" role="status" class="unseen"></p>
</body>
</html>`.toString();
}

function content(shown: PageView, links: PageLinks): Html {
  const { mount } = shown;
  const filters = filterForm(shown, links);
  return html`${toolbar(shown, links, filters !== undefined)}
<div class="columns">
<div class="wide">${pagination(shown, links)}
${answerSection(shown, links)}
${writeForms(shown)}</div>
${filters && html`<aside>${filters}</aside>`}
</div>
${mount.endpoints.has('DELETE') && confirmation(shown)}`;
}

/** The links that need no further input. */
function toolbar(shown: PageView, links: PageLinks, hasFilters: boolean): Html {
  const { mount, keys } = shown;
  const [path, query] = [`${pathOf(mount, keys)}/`, queryOf(shown)];
  const files = fileFormats(mount).map((format) => {
    const href = links.toFile(withQuery(path, inFormat(query, format)));
    return html`<a class="button" data-file href="${href}">${format.toUpperCase()}</a>`;
  });
  const get = html`<a class="button" href="${links.toPage(againAt(shown), query)}">GET</a>`;
  return html`<div class="toolbar">
<div class="group">${get}<button type="button" data-method="OPTIONS">OPTIONS</button></div>
<div class="group">${files}</div>
${isRemovable(mount) && html`<button type="button" class="danger" data-method="DELETE">DELETE</button>`}
${hasFilters && html`<a class="to-filters" href="#filters">Filters</a>`}
</div>`;
}

const fileFormats = ({ namedFormats }: Mount): string[] => namedFormats.filter((format) => format !== 'api');

function inFormat(query: string, format: string): URLSearchParams {
  const parameters = new URLSearchParams(
    [...new URLSearchParams(query)].filter(([name]) => name.toLowerCase() !== 'format'),
  );
  parameters.set('format', format);
  return parameters;
}

/** Renders a form for DELETE if it takes a body. */
function isRemovable({ endpoints }: Mount): boolean {
  const endpoint = endpoints.get('DELETE');
  return endpoint?.kind === 'action' && endpoint.input === undefined;
}

const confirmation = ({ mount, keys }: PageView): Html => html`<dialog aria-labelledby="question"><form method="dialog">
<p id="question">DELETE <code>${pathOf(mount, keys)}/</code> can't be undone.</p>
<div class="actions"><button value="no">Keep</button><button class="danger" value="yes">DELETE</button></div>
</form></dialog>`;
