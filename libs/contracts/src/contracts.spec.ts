import { describe, expect, it } from '@jest/globals';
import { allScopes } from '@refundry/auth';
import { fieldsOf } from '@refundry/resource';
import { CancellationReason, mountedEndpoints } from './index.js';

describe('the contracts', () => {
  it('give every endpoint a subject of its own, below the service that answers it', () => {
    const subjects = mountedEndpoints.map(({ subject }) => subject);
    expect(new Set(subjects).size).toBe(subjects.length);
    for (const subject of subjects) expect(subject).toMatch(/^oms(?:\.[a-z][a-z_-]*)+$/);
  });

  it('never mount two endpoints at the same path and method', () => {
    const places = mountedEndpoints.flatMap(({ family, path, aliases, methods }) => [path, ...aliases].flatMap((place) => methods.map((method) => `${method} ${family} ${place}`)));
    expect(new Set(places).size).toBe(places.length);
  });

  it('demand scopes that exist', () => {
    for (const { scope } of mountedEndpoints) expect(allScopes).toContain(scope);
  });

  it('order every list by its key at the end, and sort by fields it has', () => {
    for (const endpoint of mountedEndpoints) {
      if (endpoint.kind !== 'list') continue;
      const fields = fieldsOf(endpoint.of).map(({ name }) => name);
      expect(endpoint.order.at(-1)?.replace(/^-/, '')).toBe('id');
      expect(fields).toEqual(expect.arrayContaining([...endpoint.sort]));
    }
  });

  it("keep the document's fields of a cancellation reason in the document's order", () => {
    const fields = ['id', 'cancellation_type', 'created_date', 'modified_date', 'omnitron_id', 'subject', 'extra_information_needed', 'ordering', 'is_active'];
    expect(fieldsOf(CancellationReason).map(({ name }) => name)).toEqual(fields);
  });
});
