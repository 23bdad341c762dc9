import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type JSONSchemaType } from 'ajv';
import { parse } from 'yaml';

export interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  for?: string;
  labels?: { severity: string };
  annotations?: { summary: string; runbook: string };
}

interface RuleFile {
  groups: { name: string; rules: Rule[] }[];
}

const text = { type: 'string', minLength: 1 } as const;
const rule: JSONSchemaType<Rule> = {
  type: 'object',
  additionalProperties: false,
  required: ['expr'],
  properties: {
    record: { ...text, nullable: true },
    alert: { ...text, nullable: true },
    expr: text,
    for: { type: 'string', nullable: true, pattern: '^\\d+[smhd]$' },
    labels: {
      type: 'object',
      nullable: true,
      additionalProperties: false,
      required: ['severity'],
      properties: { severity: { type: 'string', enum: ['critical', 'warning'] } },
    },
    annotations: {
      type: 'object',
      nullable: true,
      additionalProperties: false,
      required: ['summary', 'runbook'],
      properties: { summary: text, runbook: text },
    },
  },
  // A record is a name and an expression; an alert says besides how bad it is, what it is and where to read on.
  oneOf: [
    { required: ['record'], properties: { alert: false, for: false, annotations: false } },
    { required: ['alert', 'labels', 'annotations'], properties: { record: false } },
  ],
};
const schema: JSONSchemaType<RuleFile> = {
  type: 'object',
  additionalProperties: false,
  required: ['groups'],
  properties: {
    groups: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'rules'],
        properties: { name: text, rules: { type: 'array', minItems: 1, items: rule } },
      },
    },
  },
};
const validate = new Ajv({ allErrors: true, strictTypes: false, strictRequired: false }).compile(schema);

/** The rules of `alerts.yml`. @throws Error for what Prometheus would refuse */
export function readRules(): Rule[] {
  const file: unknown = parse(readFileSync(join(import.meta.dirname, 'alerts.yml'), 'utf8'));
  if (!validate(file)) throw new Error(JSON.stringify(validate.errors));
  return file.groups.flatMap(({ rules }) => rules);
}

/** The metrics that recording rules add: ours leave no labels. */
export const recordedBy = (rules: readonly Rule[]): Map<string, readonly string[]> =>
  new Map(rules.flatMap(({ record }) => (record === undefined ? [] : [[record, []]])));
