import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { eventTypes } from '@refundry/contracts';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { asyncApiDocument } from './asyncapi-document.js';

const document = asyncApiDocument(eventTypes);
const officialSchema = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json'), 'utf8'),
) as object;

describe('the description of the events', () => {
  it('is AsyncAPI 3.0', () => {
    const validator = new Ajv({ strict: false, allErrors: true });
    addFormats.default(validator);
    validator.validate(officialSchema, document);
    expect(validator.errors ?? []).toEqual([]);
  });

  it('has a channel, an operation and a message for each type of the catalogue', () => {
    const names = eventTypes.map(({ service, type }) => `${service}.${type}`);
    expect(names.length).toBeGreaterThan(6);
    for (const described of [document.channels, document.operations, document.components.messages])
      expect(Object.keys(described)).toEqual(names);
  });

  it('refers to nothing that is not there', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)].map(([, path = '']) => path);
    expect(references.length).toBeGreaterThan(0);
    for (const path of references)
      expect(
        path
          .split('/')
          .slice(1)
          .reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], document),
      ).toBeDefined();
  });

  it('has an example of each message that its schema permits', () => {
    const validator = new Ajv2020({ strict: false });
    addFormats.default(validator);
    for (const { payload, examples } of Object.values(document.components.messages))
      for (const example of examples) {
        validator.validate(payload, example.payload);
        expect(validator.errors ?? []).toEqual([]);
      }
  });
});
