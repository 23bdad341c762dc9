import { describe, expect, it } from '@jest/globals';
import { BooleanField, IntegerField, JsonField, operation, defaultDeadlineMs, resource, StringField } from './index.js';

class Reason {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Subject' }) subject!: string;
  @IntegerField({ label: 'Ordering' }) ordering!: number;
  @StringField({ label: 'Note' }) note!: string;
  @JsonField({ label: 'Options' }) options!: unknown;
  @StringField({ label: 'Code', allowNull: true }) code!: string | null;
}

class Options {
  @BooleanField({ label: 'Force', required: false }) force?: boolean;
}

const reasons = resource({
  family: 'oms',
  path: 'setup/reasons',
  of: Reason,
  aliases: ['api/v1/oms/reasons'],
  bare401: true,
});

const listBy = (filters: object): unknown => reasons.list({ scope: 'oms:read', filters, order: ['id'] });

describe('declaring a resource', () => {
  const list = reasons.list({
    scope: 'oms:read',
    filters: { id: ['gt', 'lt'], subject: { grouped: ['exact', 'gt'] } },
    sort: ['id', 'ordering'],
    order: ['ordering', 'id'],
  });

  it('gives a list its path, aliases and subject', () => {
    expect(list).toMatchObject({
      kind: 'list',
      name: 'list',
      path: 'setup/reasons',
      aliases: ['api/v1/oms/reasons'],
      subject: 'oms.setup.reasons.list',
      of: Reason,
    });
  });

  it('keeps filters, sort terms and order as declared', () => {
    expect(list.filters).toEqual([
      { name: 'id', field: 'id', kind: 'integer', lookups: ['gt', 'lt'], grouped: false },
      { name: 'subject', field: 'subject', kind: 'string', lookups: ['exact', 'gt'], grouped: true },
    ]);
    expect(list.sort).toEqual(['id', 'ordering']);
    expect(list.order).toEqual(['ordering', 'id']);
  });

  it('answers a list by GET, as JSON, within the ordinary deadline, unless it says otherwise', () => {
    expect(list).toMatchObject({
      methods: ['GET'],
      formats: ['json'],
      deadlineMs: defaultDeadlineMs,
      changesState: false,
      bare401: true,
      scope: 'oms:read',
    });
    expect(reasons.list({ scope: 'oms:read', order: ['id'] })).toMatchObject({ filters: [], sort: [] });
  });

  it('puts the key into the path of a detail', () => {
    expect(reasons.detail({ scope: 'oms:read' })).toMatchObject({
      kind: 'detail',
      name: 'detail',
      path: 'setup/reasons/:key',
      aliases: ['api/v1/oms/reasons/:key'],
      subject: 'oms.setup.reasons.detail',
    });
  });

  it('gives an action its path, methods and deadline, and says that it changes state', () => {
    expect(
      reasons.action('pull', { scope: 'oms:sync', methods: ['GET', 'POST'], query: Options, deadlineMs: 65_000 }),
    ).toMatchObject({
      kind: 'action',
      name: 'pull',
      path: 'setup/reasons/pull',
      aliases: ['api/v1/oms/reasons/pull'],
      subject: 'oms.setup.reasons.pull',
      methods: ['GET', 'POST'],
      query: Options,
      deadlineMs: 65_000,
      changesState: true,
    });
  });

  it('refuses a filter on what is no field', () => {
    expect(() => listBy({ colour: ['exact'] })).toThrow('Reason has no field colour to filter by');
  });

  it('refuses a filter that could not be answered', () => {
    expect(() => listBy({ options: ['exact'] })).toThrow("Reason can't be filtered by options, a field of kind field");
    expect(() => listBy({ ordering: ['search'] })).toThrow('Reason can be searched by text only');
    expect(() => listBy({ subject: ['search'], note: ['search'] })).toThrow('Reason can be searched by one field only');
  });

  it('refuses an order that no cursor read could go along', () => {
    expect(() => reasons.list({ scope: 'oms:read', sort: ['options'], order: ['id'] })).toThrow(
      "Reason can't be sorted by options, a field of kind field",
    );
    expect(() => reasons.list({ scope: 'oms:read', order: ['-code', 'id'] })).toThrow(
      "Reason can't be sorted by code, which may be null",
    );
    expect(() => reasons.list({ scope: 'oms:read', order: ['colour' as 'id'] })).toThrow(
      'Reason has no field colour to sort by',
    );
  });

  it('lets an action answer an object, or nothing', () => {
    expect(reasons.action('count', { scope: 'oms:read', methods: ['GET'], output: Options })).toMatchObject({
      output: Options,
      status: 200,
      changesState: true,
    });
    expect(reasons.action('start', { scope: 'oms:sync', methods: ['POST'], status: 204 })).toMatchObject({
      status: 204,
    });
    expect(reasons.action('pull', { scope: 'oms:sync', methods: ['POST'] })).toMatchObject({ status: 200 });
    expect(list.status).toBe(200);
  });

  it('has the family in its subject where another service answers it', () => {
    const usage = resource({ family: 'oms', service: 'accounts', path: 'usage', of: Reason });
    expect(usage.detail({ scope: 'oms:read' }).subject).toBe('accounts.oms.usage.detail');
  });

  it('belongs to one resource only', () => {
    const plain = resource({ family: 'oms', path: 'plain', of: Reason });
    expect(plain.detail({ scope: 'oms:read' })).toMatchObject({ path: 'plain/:key', aliases: [], bare401: false });
  });
});

describe('declaring an operation', () => {
  it('keeps its subject, input and output', () => {
    expect(operation('oms.set', { input: Options, output: Reason })).toEqual({
      kind: 'operation',
      subject: 'oms.set',
      input: Options,
      output: Reason,
      deadlineMs: defaultDeadlineMs,
      isEncrypted: false,
      isRead: false,
    });
    expect(operation('oms.set', { input: Options })).not.toHaveProperty('output');
  });
});
