import { describe, expect, it } from '@jest/globals';
import { Failure, type FieldErrors } from '@refundry/errors';
import {
  BooleanField,
  ChoiceField,
  DateTimeField,
  IntegerField,
  resource,
  StringField,
  type ListEndpoint,
} from '@refundry/resource';
import { readListQuery, writeCursor, type ListQuery } from './index.js';

class Item {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Name' }) name!: string;
  @StringField({ label: 'Note' }) note!: string;
  @BooleanField({ label: 'Is active' }) is_active!: boolean;
  @DateTimeField({ label: 'Modified date' }) modified_date!: string;
}

const items = resource({ family: 'oms', path: 'items', of: Item }).list({
  scope: 'oms:read',
  filters: {
    id: ['exact', 'gt', 'gte', 'lt', 'lte'],
    name: ['exact'],
    note: ['search'],
    is_active: ['exact'],
    modified_date: { grouped: ['exact', 'gte'] },
  },
  sort: ['id', 'modified_date'],
  order: ['id'],
});

const ask = (query: string, list: ListEndpoint = items): ListQuery => readListQuery(list, query);
const conditions = (query: string): string[] =>
  ask(query).where.map(({ filter, lookup, value }) => `${filter.name} ${lookup} ${value}`);

function refusal(query: string, list?: ListEndpoint): Failure {
  try {
    ask(query, list);
  } catch (error) {
    return error as Failure;
  }
  throw new Error(`${query} was not refused`);
}

const messages = (query: string, list?: ListEndpoint): FieldErrors | undefined => refusal(query, list).fields;

describe('the page of a list query', () => {
  it.each([
    ['', 1],
    ['page=', 1],
    ['page=1', 1],
    ['page=7', 7],
    ['page=%2B1', 1],
    ['page=01', 1],
    ['page=%203%20', 3],
    ['page=last', 'last'],
    ['page=2&page=3', 3],
    ['page=abc&page=3', 3],
  ])('of %p is %p', (query, page) => {
    expect(ask(query).page).toBe(page);
  });

  it.each(['0', '-1', 'abc', '1.5', '1e2', '0x1', '1_0', '00', '99999999999999999999', 'LAST', '1%00'])(
    '%s does not exist',
    (page) => {
      expect(refusal(`page=${page}`)).toMatchObject({ code: 'invalid_page', status: 404, text: 'Invalid page.' });
    },
  );
});

describe('the cursor of a list query', () => {
  const cursor = writeCursor(['-modified_date', 'id'], 30, ['2023-07-04 10:30:31.29886+00', '7']);

  it('is empty, begins a cursor read or goes on behind a row', () => {
    expect(ask('cursor=')).not.toHaveProperty('cursor');
    expect(ask('cursor=*').cursor).toBe('beginning');
    expect(ask('cursor=%20%2A%20').cursor).toBe('beginning');
    expect(ask(`sort=-modified_date&cursor=${cursor}`).cursor).toEqual({
      count: 30,
      after: [
        { kind: 'datetime', value: '2023-07-04 10:30:31.29886+00' },
        { kind: 'integer', value: '7' },
      ],
    });
  });

  it('makes the page meaningless, and changes nothing else', () => {
    expect(ask('cursor=*&page=abc&page_size=7&id__gt=5&sort=-id')).toEqual({
      ...ask('page_size=7&id__gt=5&sort=-id'),
      cursor: 'beginning',
    });
    expect(refusal('cursor=&page=abc').code).toBe('invalid_page');
  });

  it('does not exist for an export', () => {
    expect(readListQuery(items, 'cursor=abc&page=2', 'csv')).toEqual(ask('page=2'));
  });

  it('belongs to one order', () => {
    for (const sort of ['', 'sort=modified_date', 'sort=id', 'sort=-modified_date,-id'])
      expect(refusal(`${sort}&cursor=${cursor}`)).toMatchObject({
        code: 'invalid_cursor',
        status: 404,
        text: 'Invalid cursor',
      });
    expect(ask(`sort=-modified_date,id&cursor=${cursor}`).cursor).toBeDefined();
  });
});

describe('the page size of a list query', () => {
  it.each([
    ['', 10],
    ['page_size=', 10],
    ['page_size=1', 1],
    ['page_size=100', 100],
    ['page_size=101', 100],
    ['page_size=1000000', 100],
    ['page_size=99999999999999999999999', 100],
    ['page_size=0', 10],
    ['page_size=-5', 10],
    ['page_size=x', 10],
    ['page_size=2.5', 10],
    ['page_size=%207%20', 7],
    ['page_size=5&page_size=6', 6],
    ['limit=5', 5],
    ['limit=1000000', 100],
    ['limit=x', 10],
    ['page_size=4&limit=5', 4],
    ['page_size=&limit=5', 5],
  ])('of %p is %p', (query, size) => {
    expect(ask(query).size).toBe(size);
  });
});

describe('the order of a list query', () => {
  it.each([
    ['', ['id']],
    ['sort=', ['id']],
    ['sort=,', ['id']],
    ['sort=id', ['id']],
    ['sort=-id', ['-id']],
    ['sort=-modified_date', ['-modified_date', 'id']],
    ['sort=id,-modified_date', ['id', '-modified_date']],
    ['sort=%20id%20,%20-modified_date', ['id', '-modified_date']],
    ['sort=modified_date,-modified_date', ['modified_date', 'id']],
    ['sort=,id,,', ['id']],
    ['sort=name&sort=id', ['id']],
  ])('of %p is %p', (query, order) => {
    expect(ask(query).order).toEqual(order);
  });

  it.each([
    ['colour', 'colour'],
    ['id,-colour', '-colour'],
    ['name', 'name'],
    ['--id', '--id'],
    ['-', '-'],
    ['ID', 'ID'],
  ])('refuse %s', (sort, unknown) => {
    expect(messages(`sort=${sort}`)).toEqual({
      sort: [`Select a valid choice. ${unknown} is not one of the available choices.`],
    });
  });
});

describe('the filters of a list query', () => {
  it.each([
    ['id=7', ['id exact 7']],
    ['id__exact=7', ['id exact 7']],
    ['id__gt=1e9', ['id gt 1000000000']],
    ['id__gt=1.5', ['id gt 1']],
    ['id__gte=1.5', ['id gt 1']],
    ['id__lt=1.5', ['id lte 1']],
    ['id__lte=-1.5', ['id lte -2']],
    ['id__gt=1e-400', ['id gt 0']],
    ['id__gt=.5', ['id gt 0']],
    ['id__gt=5.', ['id gt 5']],
    ['id__gt=%2B5', ['id gt 5']],
    ['id__gt=-0', ['id gt 0']],
    ['id__gt=%205%20', ['id gt 5']],
    ['id__gt=1&id__lt=9', ['id gt 1', 'id lt 9']],
    ['name=%20%C5%9Eeker%20', ['name exact Şeker']],
    ['name=a%2Bb+c', ['name exact a+b c']],
    ['note=%20I%C5%9F%20', ['note search Iş']],
    ['note__icontains=1.5', ['note search 1.5']],
    ['search=a', ['note search a']],
    ['note=a&search=b', ['note search a', 'note search b']],
    ['is_active=true', ['is_active exact true']],
    ['is_active=False', ['is_active exact false']],
    ['is_active=1', ['is_active exact true']],
    ['modified_date__gte=2023-07-04', ['modified_date gte 2023-07-04 00:00:00+00']],
    ['modified_date__gte=2023-07-04T13:30:31.298861+03:00', ['modified_date gte 2023-07-04 10:30:31.298861+00']],
    ['modified_date=2023-07-04T10:30:31Z', ['modified_date exact 2023-07-04 10:30:31+00']],
  ])('read %s', (query, expected) => {
    expect(conditions(query)).toEqual(expected);
  });

  it.each([
    'id__gt=abc',
    'id__gt=1_0',
    'id__gt=NaN',
    'id__gt=Infinity',
    'id__gt=0x10',
    'id__gt=1e',
    'id__gt=.',
    'id__gt=1,5',
    'id__gt=%D9%A1',
  ])('refuse the number of %s', (query) => {
    expect(messages(query)).toEqual({ id__gt: ['Enter a number.'] });
  });

  it.each(['abc', '2023-13-01', '2023-02-29', '1688466631'])('refuse %s as a date', (text) => {
    expect(messages(`modified_date__gte=${text}`)).toEqual({ modified_date__gte: ['Enter a valid date/time.'] });
  });

  it('refuse NUL in a text', () => {
    expect(messages('name=a%00b&search=%00')).toEqual({
      name: ['Null characters are not allowed.'],
      search: ['Null characters are not allowed.'],
    });
  });

  it('ignore an unreadable boolean', () => {
    expect(conditions('is_active=maybe&id=1')).toEqual(['id exact 1']);
  });

  it('ignore unknown parameters, lookups the list does not offer, and empty values', () => {
    expect(
      conditions(
        'colour=red&name__gt=a&name__icontains=a&note__exact=a&' +
          'modified_date__lt=2023-07-04&id=&name=%20&__proto__=1&constructor=2',
      ),
    ).toEqual([]);
  });

  it('count the last of a repeated parameter, even when that is empty', () => {
    expect(conditions('id=1&id=2')).toEqual(['id exact 2']);
    expect(conditions('id=abc&id=2')).toEqual(['id exact 2']);
    expect(conditions('id=1&id=')).toEqual([]);
  });

  it('are refused all at once, together with the sort terms', () => {
    expect(messages('id__gt=abc&modified_date=x&sort=colour&page=0')).toEqual({
      id__gt: ['Enter a number.'],
      modified_date: ['Enter a valid date/time.'],
      sort: ['Select a valid choice. colour is not one of the available choices.'],
    });
  });
});

describe('the options of a list', () => {
  class Grouping {
    @ChoiceField({ label: 'By', choices: ['day', 'month'], required: false }) by?: 'day' | 'month';
  }
  const grouped = (family: 'oms' | 'retail') =>
    resource({ family, path: 'items', of: Item }).list({
      scope: 'oms:read',
      query: Grouping,
      filters: { id: ['exact'] },
      order: ['id'],
    });

  it('stand beside filters and page, and the last of each counts', () => {
    const query = readListQuery(grouped('oms'), 'by=year&id=1&by=month&page=2');
    expect(query).toMatchObject({ page: 2, options: { by: 'month' }, where: [{ value: '1' }] });
    expect(readListQuery(grouped('oms'), 'by=&page=2').options).toEqual({});
  });

  it('are spelled as the family spells parameters', () => {
    expect(readListQuery(grouped('retail'), 'By=day').options).toEqual({ by: 'day' });
    expect(readListQuery(grouped('oms'), 'By=day').options).toEqual({});
  });

  it('are refused together with the filters', () => {
    expect(messages('by=year&id=x', grouped('oms'))).toEqual({
      id: ['Enter a number.'],
      by: ['"year" is not a valid choice.'],
    });
  });

  it('are none where the list has none', () => {
    expect(ask('by=day')).not.toHaveProperty('options');
  });
});
