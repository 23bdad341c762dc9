import { readFileSync } from 'node:fs';

/** A code block of the public document, as it prints it: a Python sample or an answer. */
export const documented = (file: string): string => readFileSync(new URL(`../documents/oms-cancellation-reasons/${file}`, import.meta.url), 'utf8');
