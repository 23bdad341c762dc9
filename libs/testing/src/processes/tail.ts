import type { Readable } from 'node:stream';

/** The last lines of something that may talk endlessly. */
export class Tail {
  private readonly kept: string[] = [];

  constructor(private readonly capacity: number) {}

  /** The lines kept, oldest first: the tail itself, not a copy. */
  get lines(): readonly string[] {
    return this.kept;
  }

  add(line: string): void {
    this.kept.push(line);
    if (this.kept.length > 2 * this.capacity) this.kept.splice(0, this.kept.length - this.capacity);
  }

  /** The last `count` lines that say something, as one indented block. */
  excerpt(count: number, readable: (line: string) => string = (line) => line): string {
    return this.kept
      .filter((line) => line.trim() !== '')
      .slice(-count)
      .map((line) => `  ${readable(line)}`)
      .join('\n');
  }
}

/** Calls back for every line of a stream; a last line without a line end counts too. */
export function eachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
