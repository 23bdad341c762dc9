import { STATUS_CODES } from 'node:http';
import { html, type Html } from './html.js';
import { highlighted } from './json-layout.js';
import type { PageLinks } from './page-links.js';
import { isWhole, maxShown, textOf, type PageView } from './shown.js';

/** The request and the answer: the status, the headers, the JSON. */
export function answerSection(shown: PageView, links: PageLinks): Html {
  const { method, target, status, headers } = shown;
  return html`<section id="answer" aria-label="Answer">
<p class="request"><span class="method">${method}</span> <code>${target}</code></p>
<div class="answer">
<p class="status ${outcomeOf(status)}">HTTP ${status} ${STATUS_CODES[status]}</p>
<dl class="headers">${Object.entries(headers).map(
    ([name, value]) => html`<div><dt>${titleCase(name)}</dt><dd>${linked(value, links)}</dd></div>`,
  )}</dl>
${jsonBlock(shown, links)}
</div>
</section>`;
}

const allOfIt = html`Take <b>JSON</b> above for all of it, or ask for smaller pages.`;

const outcomeOf = (status: number): string => (status < 400 ? 'fine' : status < 500 ? 'refused' : 'failed');

const titleCase = (name: string): string => name.replace(/\b(?:www|[a-z])/g, (letters) => letters.toUpperCase());

function linked(value: string, links: PageLinks): Html | string {
  const href = links.toAddress(value);
  return href === undefined ? value : html`<a href="${href}">${value}</a>`;
}

function jsonBlock(shown: PageView, links: PageLinks): Html {
  const text = textOf(shown);
  if (isWhole(shown))
    return html`<pre class="json" tabindex="0" aria-label="JSON"><code>${highlighted(text, (url) =>
      links.toAddress(url),
    )}</code></pre>`;
  return html`<p class="note">The answer is larger than ${maxShown / 1024} KiB; this is its beginning. ${allOfIt}</p>
<pre class="json part" tabindex="0" aria-label="The beginning of the JSON"><code>${text}</code></pre>`;
}
