import type { ActionEndpoint, Class } from '@refundry/resource';
import { exactJson } from '../exact-json.js';
import { html, type Html } from '../html.js';
import { indented } from '../json-layout.js';
import { found, type PageView } from '../shown.js';
import { controls, writableFields } from './controls.js';
import { exampleOf } from './example.js';

/** The least common meaning comes last. */
const writing = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** A form of fields and one of JSON for everything that can be sent here; methods that take the same share one. */
export function writeForms(shown: PageView): Html[] {
  const { endpoints } = shown.mount;
  const takers = writing.flatMap((method) =>
    [...endpoints].filter(
      ([name, endpoint]) => name === method && endpoint.kind === 'action' && endpoint.input !== undefined,
    ),
  );
  const byInput = Map.groupBy(takers, ([, endpoint]) => (endpoint as ActionEndpoint).input as Class);
  return [...byInput].map(([input, methods]) =>
    writeForm(
      input,
      methods.map(([method]) => method),
      rowOf(shown),
    ),
  );
}

/** Only a row is what can be put back; a list is not. */
const rowOf = (shown: PageView): Record<string, unknown> | undefined =>
  shown.mount.endpoints.get('GET')?.kind === 'detail' ? found(shown) : undefined;

function writeForm(input: Class, methods: readonly string[], row?: Record<string, unknown>): Html {
  const buttons = html`<p class="errors" role="alert"></p><div class="actions">${methods.map(
    (method) =>
      html`<button class="${method === 'DELETE' ? 'danger' : 'primary'}" data-method="${method}">${method}</button>`,
  )}</div>`;
  const value = indented(exactJson(row ? writable(input, row) : exampleOf(input)));
  const body = html`<textarea class="raw" rows="14" spellcheck="false">${'\n'}${value}</textarea>`;
  const fieldsForm = html`<form data-send="fields">${controls(input, row)}${buttons}</form>`;
  const jsonForm = html`<form data-send="json"><label>Body ${body}</label>${buttons}</form>`;
  return html`<section class="card write" aria-label="${methods.join(', ')}">
<h2>${methods.join(', ')}</h2>
<details name="${methods.join()}" open><summary>Form</summary>${fieldsForm}</details>
<details name="${methods.join()}"><summary>JSON</summary>${jsonForm}</details>
</section>`;
}

const writable = (input: Class, row: Record<string, unknown>): object =>
  Object.fromEntries(
    writableFields(input).map(({ name, of }) => [
      name,
      of && Array.isArray(row[name])
        ? (row[name] as Record<string, unknown>[]).map((item) => writable(of, item))
        : row[name],
    ]),
  );
