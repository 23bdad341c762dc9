import { readFileSync } from 'node:fs';

/**
 * A code block of a public document, as it prints it: a Python sample or an answer, e.g.
 * `oms-cancellation-reasons/list.json`.
 */
export const documented = (file: string): string =>
  readFileSync(new URL(`../documents/${file}`, import.meta.url), 'utf8');
