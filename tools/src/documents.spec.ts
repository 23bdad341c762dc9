import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import {
  allAuditedActions,
  omsSettings,
  reservationSettings,
  supplierRefundSettings,
  type Settings,
} from '@refundry/contracts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const documents = globSync('{*.md,{apps,bench,deploy,docs,e2e,libs,tools}/**/*.md}', {
  cwd: root,
  exclude: (name) => name === 'node_modules' || name === 'dist',
});

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const withoutCode = (text: string): string => text.replaceAll(/^```.*?^```$/gms, '');

/** The anchors of a document's headings, as GitHub makes them. */
const anchorsOf = (file: string): string[] =>
  [...withoutCode(read(file)).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Links of a document to other places in the repository, each with the file and the anchor that it names. */
const linksOf = (file: string): { link: string; target: string; anchor: string | undefined }[] =>
  [...withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = '', anchor] = link.split('#');
      return { link, target: path === '' ? file : relative(root, join(root, dirname(file), path)), anchor };
    });

const leads = ({ target, anchor }: { target: string; anchor: string | undefined }): boolean =>
  existsSync(join(root, target)) && (anchor === undefined || anchorsOf(target).includes(anchor));

describe('the documents', () => {
  it('link to files and headings that there are', () => {
    const broken = documents.flatMap((file) =>
      linksOf(file)
        .filter((link) => !leads(link))
        .map(({ link }) => `${file}: ${link}`),
    );
    expect([documents.length > 60, broken]).toEqual([true, []]);
  });

  it('list every decision by its title', () => {
    const index = read('docs/adr/README.md');
    const decisions = globSync('docs/adr/[0-9]*.md', { cwd: root }).map((file) => {
      const [, number, title] = /^# (\d+)\. (.*)$/m.exec(read(file)) ?? [];
      return `| ${number} | [${title}](${basename(file)})`;
    });
    expect(decisions.filter((line) => !index.includes(line))).toEqual([]);
  });

  it('explain every decision that is recorded, and no other', () => {
    const explained = [...read('docs/guides/audit.md').matchAll(/`([a-z_]+\.[a-z_]+)`/g)].map(([, action]) => action);
    const declared = new Set(allAuditedActions.map(({ action }) => action));
    expect(new Set(explained)).toEqual(declared);
  });

  it('explain every setting with its default, and no other', () => {
    const rows = [...read('docs/guides/settings.md').matchAll(/^\| [\w ]+ \| `(\w+)` \| (\S+) \|/gm)];
    const explained = Object.fromEntries(
      rows.map(([, name = '', value = '']): [string, unknown] => [name, JSON.parse(value)]),
    );
    const families: readonly Pick<Settings<object>, 'defaults'>[] = [
      omsSettings,
      reservationSettings,
      supplierRefundSettings,
    ];
    expect(explained).toEqual(Object.assign({}, ...families.map(({ defaults }) => defaults)));
  });

  it('name what the files have that a request passes on its walks', () => {
    const steps = [...read('ARCHITECTURE.md').matchAll(/^\| \d+ \| `(\w+)`, `([^`]+)` \|/gm)];
    const stale = steps
      .filter(
        ([, name = '', file = '']) => !existsSync(join(root, file)) || !new RegExp(`\\b${name}\\b`).test(read(file)),
      )
      .map(([step]) => step);
    expect([steps.length > 30, stale]).toEqual([true, []]);
  });
});
