type Row = Record<string, unknown>;

/** The answer of a command: an object or rows of them, or an object that people are told in a sentence. */
export type Answer = Row | Row[] | CommandMessage;

/** An answer for scripts, and the sentence for people. */
export class CommandMessage {
  constructor(
    readonly sentence: string,
    readonly answer: Row,
  ) {}
}

/** The end of a command that did not come to what was asked for. Scripts get the answer as well as the message. */
export class Unsuccessful extends Error {
  constructor(
    message: string,
    readonly answer: Row,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

/** Prints an answer for people, or as one line of JSON for scripts. */
export function print(answer: Answer, asJson: boolean): void {
  process.stdout.write(
    `${asJson ? JSON.stringify(answer instanceof CommandMessage ? answer.answer : answer) : readable(answer)}\n`,
  );
}

function readable(answer: Answer): string {
  if (answer instanceof CommandMessage) return answer.sentence;
  if (!Array.isArray(answer))
    return Object.entries(answer)
      .map(([name, value]) => `${name}: ${cell(value)}`)
      .join('\n');
  const [first] = answer;
  if (!first) return '(none)';
  const names = Object.keys(first);
  const rows = [names, ...answer.map((row) => names.map((name) => cell(row[name])))];
  const widths = names.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.join(' ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
