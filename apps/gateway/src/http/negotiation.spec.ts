import { describe, expect, it } from '@jest/globals';
import { oms } from '../families/oms/oms.dialect.js';
import { retail } from '../families/retail/retail.dialect.js';
import { negotiate } from './negotiation.js';

const customers = {
  formats: ['json', 'csv', 'xls', 'xlsx'],
  namedFormats: ['json', 'csv', 'xls', 'xlsx', 'api'],
  dialect: oms,
} as const;
const documents = { formats: ['json', 'api'], namedFormats: ['json', 'api'], dialect: retail } as const;
/** No page: an action, say. */
const jsonAlone = { formats: ['json'], namedFormats: ['json'], dialect: oms } as const;
const openXml = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

describe('the format of an answer', () => {
  it.each([
    ['', undefined, 'json'],
    ['', '*/*', 'json'],
    ['', 'text/html,application/xhtml+xml,*/*;q=0.8', 'json'],
    ['', 'text/csv', 'csv'],
    ['', 'text/*', 'csv'],
    ['', 'application/*', 'json'],
    ['', 'application/xls', 'xls'],
    ['', openXml, 'xlsx'],
    ['', 'text/csv, application/json', 'json'],
    ['', '*/*, text/csv', 'csv'],
    ['', 'text/csv;q=0.1, application/json;version=1', 'json'],
    ['format=csv', '*/*', 'csv'],
    ['format=xls', undefined, 'xls'],
    ['format=xlsx', '*/*', 'xlsx'],
    ['format=', 'text/csv', 'csv'],
    ['format=csv&format=json', '*/*', 'json'],
    ['f%6Frmat=csv', '*/*', 'csv'],
  ] as const)('of ?%s and Accept: %s is %s', (query, accept, format) => {
    expect(negotiate(customers, { query, accept, suffix: undefined })).toBe(format);
  });

  it.each(['format=pdf', 'format=CSV', 'Format=csv2&format=pdf'])('is unknown: ?%s', (query) => {
    expect(() => negotiate(customers, { query, accept: undefined, suffix: undefined })).toThrow(
      expect.objectContaining({ code: 'unknown_format' }),
    );
  });

  it.each([
    ['', 'application/pdf'],
    ['format=csv', 'application/json'],
    ['format=xls', openXml],
  ])('does not please: ?%s and Accept: %s', (query, accept) => {
    expect(() => negotiate(customers, { query, accept, suffix: undefined })).toThrow(
      expect.objectContaining({ code: 'not_acceptable' }),
    );
  });

  it.each([
    ['', undefined, undefined, 'json'],
    ['', '*/*', undefined, 'json'],
    ['', 'text/html,application/xhtml+xml,*/*;q=0.8', undefined, 'api'],
    ['', 'application/json, text/html', undefined, 'json'],
    ['Format=json', 'text/html, */*', undefined, 'json'],
    ['FORMAT=api', '*/*', undefined, 'api'],
    ['', 'application/json', 'api', 'api'],
    ['format=api', '*/*', 'json', 'json'],
  ] as const)('of a retail list, asked by ?%s, Accept: %s and .%s, is %s', (query, accept, suffix, format) => {
    expect(negotiate(documents, { query, accept, suffix })).toBe(format);
  });

  it('is a page of an OMS list for whoever asks for it by name, and for nobody else', () => {
    expect(negotiate(customers, { query: 'format=api', accept: 'application/json', suffix: undefined })).toBe('api');
    expect(() => negotiate(customers, { query: '', accept: 'text/html', suffix: undefined })).toThrow(
      expect.objectContaining({ code: 'not_acceptable' }),
    );
  });

  it('is JSON alone where nothing else is offered', () => {
    for (const format of ['csv', 'xls', 'xlsx', 'api'])
      expect(() => negotiate(jsonAlone, { query: `format=${format}`, accept: undefined, suffix: undefined })).toThrow(
        expect.objectContaining({ code: 'unknown_format' }),
      );
  });
});
