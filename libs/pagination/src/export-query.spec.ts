import { describe, expect, it } from '@jest/globals';
import { readExportQuery } from './index.js';

describe('the query of an export', () => {
  it.each([
    ['', true],
    ['page=', true],
    ['page_size=5', true],
    ['page=2&page=', true],
    ['page=1', false],
    ['page=last', false],
    ['page=&page=2', false],
  ])('%p means everything: %p', (query, isWhole) => {
    expect(readExportQuery(query).isWhole).toBe(isWhole);
  });

  it.each([
    ['', false],
    ['bom=1', true],
    ['bom=0', false],
    ['bom=', false],
    ['bom=1&bom=0', false],
  ])('%p wants a byte order mark: %p', (query, hasByteOrderMark) => {
    expect(readExportQuery(query).hasByteOrderMark).toBe(hasByteOrderMark);
  });
});
