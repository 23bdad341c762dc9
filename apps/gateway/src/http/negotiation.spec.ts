import { describe, expect, it } from '@jest/globals';
import type { Format } from '@refundry/resource';
import { negotiate } from './negotiation.js';

const offered: readonly Format[] = ['json', 'csv', 'xls'];
const openXml = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

describe('the format of an answer', () => {
  it.each([
    ['', undefined, 'json'], ['', '*/*', 'json'], ['', 'text/html,application/xhtml+xml,*/*;q=0.8', 'json'], ['', 'text/csv', 'csv'], ['', 'text/*', 'csv'], ['', 'application/*', 'json'], ['', 'application/xls', 'xls'], ['', openXml, 'xlsx'],
    ['', 'text/csv, application/json', 'json'], ['', '*/*, text/csv', 'csv'], ['', 'text/csv;q=0.1, application/json;version=1', 'json'],
    ['format=csv', '*/*', 'csv'], ['format=xls', undefined, 'xls'], ['format=xlsx', '*/*', 'xlsx'], ['format=', 'text/csv', 'csv'], ['format=csv&format=json', '*/*', 'json'], ['f%6Frmat=csv', '*/*', 'csv'],
  ] as const)('of ?%s and Accept: %s is %s', (query, accept, format) => {
    expect(negotiate(offered, query, accept)).toBe(format);
  });

  it.each(['format=pdf', 'format=CSV', 'format=api'])('is unknown: ?%s', (query) => {
    expect(() => negotiate(offered, query)).toThrow(expect.objectContaining({ code: 'unknown_format' }));
  });

  it.each([['', 'application/pdf'], ['format=csv', 'application/json'], ['format=xls', openXml]])('does not please: ?%s and Accept: %s', (query, accept) => {
    expect(() => negotiate(offered, query, accept)).toThrow(expect.objectContaining({ code: 'not_acceptable' }));
  });

  it('is JSON alone where nothing else is offered', () => {
    for (const format of ['csv', 'xls', 'xlsx']) expect(() => negotiate(['json'], `format=${format}`)).toThrow(expect.objectContaining({ code: 'unknown_format' }));
  });
});
