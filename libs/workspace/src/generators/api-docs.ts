import type { Tree } from '@nx/devkit';
import { families, type FamilyTraits } from './families.js';
import { readText } from './tree-files.js';

const file = 'docs/api.md';
/** The section before which those of generated services stand. */
const following = '## A TypeScript client\n';
const head = '| method and path | answer |\n|---|---|\n';

const titleOf = (service: string): string => service.charAt(0).toUpperCase() + service.slice(1).replaceAll('-', ' ');
const sectionOf = (service: string): RegExp => new RegExp(`^## ${titleOf(service)}s?: below .*\\n[^]*?(?=^## )`, 'im');

/** Adds a section for a service, in which its endpoints are listed. */
export function addServiceDocs(tree: Tree, service: string, { base }: FamilyTraits): void {
  const section = `## ${titleOf(service)}: below \`${base}\`\n\n${head}\n`;
  tree.write(
    file,
    readText(tree, file).replace(following, () => section + following),
  );
}

/** Adds endpoints to the section of a service, if it has one. */
export function addEndpointDocs(tree: Tree, service: string, rows: readonly string[]): void {
  const text = readText(tree, file);
  const lines = rows.map((row) => `${row}\n`).join('');
  tree.write(
    file,
    text.replace(sectionOf(service), (section) => section.replace(/\n*$/, () => `\n${lines}\n`)),
  );
}

/** Reverts both. */
export function removeServiceDocs(tree: Tree, service: string): void {
  tree.write(file, readText(tree, file).replace(sectionOf(service), ''));
}

/** The family whose base the section of a service names. @throws Error where there is no section */
export function documentedFamily(tree: Tree, service: string): string {
  const section = sectionOf(service).exec(readText(tree, file))?.[0];
  const family = families.find(({ base }) => section?.split('\n')[0]?.endsWith(`below \`${base}\``));
  if (!family) throw new Error(`${file} does not say which family ${service} is of: say --family.`);
  return family.name;
}
