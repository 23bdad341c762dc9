import { readFileSync } from 'node:fs';
import ejs from 'ejs';

/** Fills in a template of `templates/deploy`. */
export function fillIn(template: string, values: object): string {
  const text = readFileSync(new URL(`../../templates/deploy/${template}.ejs`, import.meta.url), 'utf8');
  // `String`: the values stand in YAML, where HTML's escapes mean nothing.
  return ejs.render(text, values, { escape: String }).trimEnd();
}
