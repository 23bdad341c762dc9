import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/webhooks.md'), 'utf8');
const secret = 'whsec_cmVmdW5kcnktZXhhbXBsZS1zZWNyZXQtMzItYnl0ZXM=';

/** The code in a language that the guide shows. */
const codeIn = (language: string): string =>
  new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(guide)?.[1] ?? `no ${language}`;

/** The message that the guide shows: its headers and its body. */
const [head = '', body = ''] = (/```\n(webhook-id.*?)\n```/s.exec(guide)?.[1] ?? '').split('\n\n');
const headers: Readonly<Record<string, string>> = Object.fromEntries(
  head.split('\n').map((line) => line.split(': ') as [string, string]),
);

/** Its own message, that with another body, one that is too old, and one with a second signature. */
const cases = [
  [headers, body, 1_796_017_200],
  [headers, `${body} `, 1_796_017_200],
  [headers, body, 1_796_017_501],
  [{ ...headers, 'webhook-signature': `v1,bm8= ${headers['webhook-signature']}` }, body, 1_796_017_201],
] as const;
const verdicts = [true, false, false, true];

describe('the code that the guide of webhooks shows', () => {
  it('verifies the message that it shows, in Python', () => {
    const calls = cases.map(
      ([sent, content, now]) =>
        `is_ours(${JSON.stringify(secret)}, ${JSON.stringify(sent)}, ${JSON.stringify(content)}.encode(), ${now})`,
    );
    const script = `${codeIn('python')}\nimport json\nprint(json.dumps([${calls.join(', ')}]))`;
    expect(JSON.parse(execFileSync('python3', ['-c', script], { encoding: 'utf8' }))).toEqual(verdicts);
  });

  it('verifies the message that it shows, in Node', () => {
    const calls = cases.map(
      ([sent, content, now]) =>
        `isOurs(${JSON.stringify(secret)}, ${JSON.stringify(sent)}, Buffer.from(${JSON.stringify(content)}), ${now})`,
    );
    const script = `${codeIn('js')}\nconsole.log(JSON.stringify([${calls.join(', ')}]))`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(JSON.parse(printed)).toEqual(verdicts);
  });
});
