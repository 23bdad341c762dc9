import { describe, expect, it } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { eventTypes, mountedEndpoints } from '@refundry/contracts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { dialects } from '../families/dialects.js';
import { mountsOf } from '../mounts/mount.js';
import type { Content, Operation, Response } from './openapi.js';
import { openApiDocument } from './openapi-document.js';

const mounts = mountsOf(mountedEndpoints, dialects);
const document = openApiDocument(mounts, eventTypes, 'https://refundry.test');
const { components, paths } = document;
const operations = Object.values(paths).flatMap((item): Operation[] => Object.values(item));
const responseOf = ({ $ref }: { $ref: string }): Response =>
  components.responses?.[$ref.split('/').at(-1) ?? ''] as Response;

/** The settings that replace a linter's defaults. */
const exceptions = {
  // It is nobody's but ours.
  'info-license': 'off',
  'info-license-strict': 'off',
  // The documents print the slash, and links have it.
  'no-path-trailing-slash': 'off',
  // The key of a refund is a number: `rules` is none.
  'no-ambiguous-paths': 'off',
} as const;

/** Every example there is, with what it is an example of. */
function examples(): { name: string; schema: object; example: unknown }[] {
  const inContent = (name: string, content: Content = {}) =>
    Object.entries(content).flatMap(([type, { schema, example }]) =>
      example === undefined ? [] : [{ name: `${name} ${type}`, schema, example }],
    );
  return operations.flatMap(({ operationId, requestBody, responses }) => [
    ...inContent(`${operationId} takes`, requestBody?.content),
    ...Object.entries(responses).flatMap(([status, response]) =>
      inContent(`${operationId} ${status}`, responseOf(response).content),
    ),
  ]);
}

describe('the description of the API', () => {
  it('is valid, as a linter knows it', async () => {
    const config = await createConfig({ extends: ['recommended'], rules: exceptions });
    const problems = await lintFromString({ source: JSON.stringify(document), config });
    expect(
      problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer ?? ''})`),
    ).toEqual([]);
  });

  it('has every method of every path, and its answers', () => {
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replace(/\/$/, '')}`),
    );
    const mounted = mounts.flatMap(({ path, endpoints }) =>
      [...endpoints.keys(), 'OPTIONS'].map((method) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`),
    );
    expect(new Set(described)).toEqual(new Set(mounted));
    for (const { responses } of operations)
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['429', '503', 'default']));
  });

  it('names operations as the contracts do', () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(names).toEqual(
      expect.arrayContaining([
        'listCustomers',
        'saveSupplierRefunds',
        'quoteRefund',
        'quoteRefundByPost',
        'issueToken',
        'listCustomersHead',
        'listCustomersOptions',
        'setupsCancellationReasonsIsRequired',
      ]),
    );
  });

  it('has an example of everything that is answered as an object, and of everything that is taken', () => {
    const without = operations.flatMap(({ operationId, requestBody, responses }) => {
      const success = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
      const contents = [requestBody?.content, success && responseOf(success).content].flatMap(
        (content) => content?.['application/json'] ?? [],
      );
      return operationId.endsWith('Options') || contents.every(({ example }) => example !== undefined)
        ? []
        : [operationId];
    });
    expect(without).toEqual([]);
  });

  it('has no example that its schema refuses', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile({
      components,
      properties: Object.fromEntries(examples().map(({ name, schema }) => [name, schema])),
    });
    expect([
      validate(Object.fromEntries(examples().map(({ name, example }) => [name, example]))),
      validate.errors,
    ]).toEqual([true, null]);
  });

  it('has each event that is sent, with an example that its schema permits', () => {
    expect(new Set(Object.keys(document.webhooks))).toEqual(new Set(eventTypes.map(({ type }) => type)));
    const validator = new Ajv2020({ strict: false });
    addFormats.default(validator);
    for (const { post } of Object.values(document.webhooks)) {
      const { schema, example } = post.requestBody?.content['application/json'] ?? { schema: false as never };
      expect([validator.validate(schema, example), validator.errors]).toEqual([true, null]);
    }
  });

  it('describes the errors of a list whose items are right, wrong, null or nested', () => {
    const isNull = ['This field may not be null.'];
    const errors = [{}, { name: ['This field is required.'] }, isNull, { products: [{}, isNull] }];
    const save = operations.find(({ operationId }) => operationId === 'saveSuppliers');
    const schema = responseOf(save!.responses['400']!).content?.['application/json']?.schema;
    const validate = new Ajv2020({ strict: false }).compile({ components, properties: { errors: schema } });
    expect([validate({ errors }), validate.errors]).toEqual([true, null]);
  });

  it('says nothing of what our own processes ask each other', () => {
    expect(JSON.stringify(document)).not.toMatch(/verify|omnitron-connections|schedules/);
  });
});
