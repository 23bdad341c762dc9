import { html, type Html } from './html.js';

interface Piece {
  kind: 'space' | 'key' | 'string' | 'atom' | 'mark';
  text: string;
}

const tokens = /(?<key>"[^"\\]*(?:\\.[^"\\]*)*"(?=\s*:))|(?<string>"[^"\\]*(?:\\.[^"\\]*)*")|(?<mark>[{}[\]:,])|(?<atom>[^\s{}[\]:,"]+)/g;

const step = '    ';
/** What is nested more deeply is not indented further: its white space would be larger than the answer. */
const deepestIndent = 40;

const newLine = (depth: number): Piece => ({ kind: 'space', text: `\n${step.repeat(Math.min(depth, deepestIndent))}` });

/** A JSON text, laid out in lines. Its strings and numbers stay as they are written, digit by digit. */
function* layOut(json: string): Generator<Piece> {
  let depth = 0;
  let before = '';
  for (const { groups = {} } of json.matchAll(tokens)) {
    const [kind, text] = Object.entries(groups).find(([, found]) => (found as string | undefined) !== undefined) as [Piece['kind'], string];
    const closes = text === '}' || text === ']';
    if (closes) depth -= 1;
    const isEmpty = closes && (before === '{' || before === '[');
    if ((closes && !isEmpty) || before === ',' || (!closes && (before === '{' || before === '['))) yield newLine(depth);
    if (before === ':') yield { kind: 'space', text: ' ' };
    yield { kind, text };
    if (text === '{' || text === '[') depth += 1;
    before = kind === 'mark' ? text : '';
  }
}

/** The JSON text, indented. */
export const indented = (json: string): string => [...layOut(json)].map(({ text }) => text).join('');

/** The JSON text, indented and coloured. @param linkTo where a string leads to when it is an address that a page may link to */
export const highlighted = (json: string, linkTo: (url: string) => string | undefined): Html => html`${[...layOut(json)].map((piece) => show(piece, linkTo))}`;

function show({ kind, text }: Piece, linkTo: (url: string) => string | undefined): Html | string {
  if (kind === 'space' || kind === 'mark') return text;
  const href = kind === 'string' ? linkTo(JSON.parse(text) as string) : undefined;
  return href === undefined ? html`<span class="${kind}">${text}</span>` : html`<a class="${kind}" href="${href}">${text}</a>`;
}
