import { html, type Html } from './html.js';

interface Piece {
  kind: 'layout' | 'key' | 'string' | 'atom';
  text: string;
}

/** A text, with the colon behind it where it is a name; or a bracket or comma; or a number and the like. */
const tokens = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\],]|[^\s{}[\],"]+/g;

const step = '    ';
/** Deeper levels are not indented further: its white space would be larger than the answer. */
const deepestIndent = 40;

const newLines = Array.from({ length: deepestIndent + 1 }, (_, depth) => `\n${step.repeat(depth)}`);
const newLine = (depth: number): string => newLines[Math.min(depth, deepestIndent)] ?? '';

/** A JSON text, laid out in lines. Its strings and numbers stay as they are written, digit by digit. */
class JsonLayout {
  readonly pieces: Piece[] = [];
  private depth = 0;
  /** Brackets, commas and white space since the last piece. */
  private between = '';
  /** Nothing stands in the innermost bracket yet. */
  private isEmpty = false;

  constructor(json: string) {
    for (const [token, text, colon] of json.matchAll(tokens)) {
      if (text !== undefined) this.add(colon === undefined ? 'string' : 'key', text);
      else if (token === '{' || token === '[') this.open(token);
      else if (token === '}' || token === ']') this.close(token);
      else if (token === ',') this.between += `,${newLine(this.depth)}`;
      else this.add('atom', token);
      if (colon !== undefined) this.between = ': ';
    }
    this.pieces.push({ kind: 'layout', text: this.between });
  }

  private add(kind: Piece['kind'], text: string): void {
    this.begin();
    this.pieces.push({ kind: 'layout', text: this.between }, { kind, text });
    this.between = '';
  }

  private open(bracket: string): void {
    this.begin();
    this.between += bracket;
    this.depth += 1;
    this.isEmpty = true;
  }

  private close(bracket: string): void {
    this.depth -= 1;
    this.between += (this.isEmpty ? '' : newLine(this.depth)) + bracket;
    this.isEmpty = false;
  }

  private begin(): void {
    if (this.isEmpty) this.between += newLine(this.depth);
    this.isEmpty = false;
  }
}

const layOut = (json: string): readonly Piece[] => new JsonLayout(json).pieces;

/** The JSON text, indented. */
export const indented = (json: string): string =>
  layOut(json)
    .map(({ text }) => text)
    .join('');

/**
 * The JSON text, indented and coloured.
 *
 * @param linkTo where a string leads to when it is an address that a page may link to
 */
export const highlighted = (json: string, linkTo: (url: string) => string | undefined): Html =>
  html`${layOut(json).map((piece) => show(piece, linkTo))}`;

function show({ kind, text }: Piece, linkTo: (url: string) => string | undefined): Html | string {
  if (kind === 'layout') return text;
  const href = kind === 'string' ? linkTo(JSON.parse(text) as string) : undefined;
  return href === undefined
    ? html`<span class="${kind}">${text}</span>`
    : html`<a class="${kind}" href="${href}">${text}</a>`;
}
