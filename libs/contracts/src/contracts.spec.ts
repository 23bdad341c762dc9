import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { allScopes } from '@refundry/auth';
import { fieldsOf, keyOf, type Class } from '@refundry/resource';
import * as contracts from './index.js';
import {
  allAuditedActions,
  CancellationReason,
  Channel,
  City,
  Country,
  DetailedRefundLine,
  DetailedSupplierRefund,
  District,
  LastRun,
  mountedEndpoints,
  RefundLine,
  setups,
  setupSteps,
  SupplierRefund,
  Township,
} from './index.js';

describe('the contracts', () => {
  it('give every endpoint a subject of its own, below the service that answers it', () => {
    const subjects = mountedEndpoints.map(({ subject }) => subject);
    expect(new Set(subjects).size).toBe(subjects.length);
    const services = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const answering = services.map(({ name }) => name).join('|');
    for (const subject of subjects) expect(subject).toMatch(new RegExp(`^(?:${answering})(?:\\.[a-z][a-z_-]*)+$`));
  });

  it('never mount two endpoints at the same path and method', () => {
    const places = mountedEndpoints.flatMap(({ family, path, aliases, methods }) =>
      [path, ...aliases].flatMap((place) => methods.map((method) => `${method} ${family} ${place}`)),
    );
    expect(new Set(places).size).toBe(places.length);
  });

  it('name every decision once in its service', () => {
    const names = allAuditedActions.map(({ service, action }) => `${service} ${action}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(20);
  });

  it('declare as secret whatever is named like a credential', () => {
    const classes = Object.values(contracts).filter((exported) => typeof exported === 'function') as Class[];
    const credentials = classes.flatMap((type) =>
      fieldsOf(type)
        .filter(({ kind, name }) => kind === 'string' && /secret|password|token$|^hash$|^key$/.test(name))
        .map((field) => [`${type.name}.${field.name}`, field.isSecret]),
    );
    expect(credentials.filter(([, isSecret]) => isSecret !== true)).toEqual([]);
    expect(credentials.length).toBeGreaterThanOrEqual(10);
  });

  it('demand scopes that exist', () => {
    for (const { scope, isPublic } of mountedEndpoints) if (!isPublic) expect(allScopes).toContain(scope);
  });

  it('order every list by its key at the end, and sort by fields it has', () => {
    for (const endpoint of mountedEndpoints) {
      if (endpoint.kind !== 'list') continue;
      const fields = fieldsOf(endpoint.of).map(({ name }) => name);
      // If the key is no integer, the table has one of its own.
      expect([keyOf(endpoint.of), 'id']).toContain(endpoint.order.at(-1)?.replace(/^-/, ''));
      expect(fields).toEqual(expect.arrayContaining([...endpoint.sort]));
    }
  });

  it.each([
    [
      CancellationReason,
      [
        'id',
        'cancellation_type',
        'created_date',
        'modified_date',
        'omnitron_id',
        'subject',
        'extra_information_needed',
        'ordering',
        'is_active',
      ],
    ],
    [
      Channel,
      ['id', 'channel_type', 'created_date', 'modified_date', 'omnitron_id', 'name', 'configuration', 'is_active'],
    ],
    [Country, ['pk', 'name', 'code', 'is_active']],
    [City, ['pk', 'name', 'country', 'is_active', 'longitude', 'latitude']],
    [Township, ['pk', 'name', 'city', 'is_active', 'longitude', 'latitude']],
    [District, ['pk', 'name', 'city', 'township', 'is_active', 'longitude', 'latitude']],
    [LastRun, ['status', 'started', 'finished', 'error', 'levels', 'last_success_age']],
    [
      SupplierRefund,
      [
        'url',
        'document_id',
        'supplier_id',
        'supplier_url',
        'shop_id',
        'shop_url',
        'date',
        'identifier',
        'responsible',
        'description',
        'products',
      ],
    ],
    [
      DetailedSupplierRefund,
      [
        'url',
        'document_id',
        'supplier_id',
        'supplier_url',
        'shop_id',
        'shop_url',
        'date',
        'identifier',
        'responsible',
        'description',
        'products',
      ],
    ],
    [
      RefundLine,
      [
        'url',
        'product_id',
        'product_url',
        'receive_document_id',
        'receive_document_url',
        'qty',
        'price',
        'total_price',
      ],
    ],
    [
      DetailedRefundLine,
      [
        'url',
        'product_id',
        'product_url',
        'receive_document_id',
        'receive_document_url',
        'qty',
        'price',
        'total_price',
        'warnings',
      ],
    ],
  ])('keep the order in which the fields of %p are answered', (type, fields) => {
    expect(fieldsOf(type).map(({ name }) => name)).toEqual(fields);
  });

  it('mount the whole setup of every step', () => {
    for (const step of setupSteps) {
      const mounted = mountedEndpoints.filter(({ path }) => path.startsWith(`setup/${step}/`));
      expect(mounted).toEqual(Object.values(setups[step]));
      expect(mounted.map(({ path, methods, status }) => `${methods.join('/')} ${path} ${status}`)).toEqual([
        `POST setup/${step}/execute 204`,
        `GET/POST setup/${step}/get_async_status 200`,
        `GET/POST setup/${step}/is_required 200`,
        `POST setup/${step}/abort 204`,
        `GET setup/${step}/last_run 200`,
      ]);
    }
  });
});
