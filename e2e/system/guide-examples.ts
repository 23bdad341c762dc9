import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';

/** The answer that a guide prints behind an example; `…` in it stands for anything. */
interface ShownAnswer {
  readonly language: 'json' | 'text';
  readonly text: string;
}

/** A program that a guide shows, in bash or Python. */
export interface GuideExample {
  /** The line of the guide at which it stands. */
  readonly line: number;
  readonly language: 'sh' | 'python';
  /** The name under which the guide has it kept, for later examples; it isn't run then. */
  readonly file: string | undefined;
  readonly code: string;
  readonly answer: ShownAnswer | undefined;
}

/** Standard output of an example, by its line. */
export interface ExampleOutput {
  readonly line: number;
  readonly printed: unknown;
}

const fence = /^```(\w+)(?: file=(\S+))?\n(.*?)^```$/gms;
const endMark = '\0';

/** The examples of a guide, in their order. */
export function examplesOf(guide: string): GuideExample[] {
  const text = readFileSync(new URL(`../../docs/guides/${guide}`, import.meta.url), 'utf8');
  const examples: GuideExample[] = [];
  for (const { 1: language, 2: file, 3: code = '', index } of text.matchAll(fence)) {
    const line = text.slice(0, index).split('\n').length;
    if (language === 'sh' || language === 'python') examples.push({ line, language, file, code, answer: undefined });
    else if (language === 'json' || language === 'text')
      examples.push({ ...requireExample(examples.pop(), line), answer: { language, text: code } });
  }
  return examples;
}

/**
 * Runs examples one after the other in one shell, as a reader would who pastes them.
 *
 * @param folder where they run
 * @throws when one of them fails
 */
export async function runExamples(examples: readonly GuideExample[], folder: string): Promise<ExampleOutput[]> {
  const printed = await bash(examples.map(scriptOf).join(''), folder);
  return printed
    .split(endMark)
    .slice(0, -1)
    .map((output, position) => {
      const { line = 0, answer } = examples[position] ?? {};
      return { line, printed: answer?.language === 'json' ? (JSON.parse(output) as unknown) : output.trimEnd() };
    });
}

/** The matcher of an example's output: that of its answer, or anything where the guide shows none. */
export const shownOutput = ({ line, answer }: GuideExample): ExampleOutput => ({
  line,
  printed: answer === undefined ? expect.anything() : shownAnswer(answer),
});

function shownAnswer({ language, text }: ShownAnswer): unknown {
  if (language === 'json') return JSON.parse(text, (_key, value: unknown) => shownValue(value));
  const literals = text
    .trimEnd()
    .split('…')
    .map((literal) => RegExp.escape(literal));
  return expect.stringMatching(new RegExp(`^${literals.join('.*')}$`));
}

function shownValue(value: unknown): unknown {
  if (value === '…') return expect.anything();
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? expect.objectContaining(value) : value;
}

function scriptOf({ language, file, code }: GuideExample): string {
  const program = `<<'END_OF_EXAMPLE'\n${code}END_OF_EXAMPLE\n`;
  const command = language === 'sh' ? code : file === undefined ? `python3 - ${program}` : `cat > ${file} ${program}`;
  return `${command}printf '\\0'\n`;
}

function requireExample(example: GuideExample | undefined, line: number): GuideExample {
  if (!example || example.answer) throw new Error(`The answer at line ${line} stands behind no example.`);
  return example;
}

function bash(script: string, folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], {
      cwd: folder,
      env: { PATH: process.env.PATH, PYTHONIOENCODING: 'utf-8', NO_PROXY: '*' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [printed, complaint] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    child.on('error', reject).on('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`exit ${code} behind ${printed.slice(-500)}: ${complaint}`));
    });
  });
}
