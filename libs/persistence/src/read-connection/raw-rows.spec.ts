import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { BooleanField, IntegerField, StringField } from '@refundry/resource';
import fc from 'fast-check';
import type pg from 'pg';
import { passThroughRows, type RawRows } from './raw-rows.js';
import { firstText, textRows } from './row-reader.js';
import { compileRowWriter } from '../resources/row-writer.js';

class Item {
  @IntegerField({ label: 'ID' }) id!: number;
  @StringField({ label: 'Name', allowNull: true }) name!: string | null;
  @BooleanField({ label: 'Is active' }) is_active!: boolean;
}

type Cells = (string | null)[];

/** A message of PostgreSQL: its code, its length, its content. */
function message(code: string, content: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(code);
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

function dataRow(cells: Cells): Buffer {
  const count = Buffer.alloc(2);
  count.writeInt16BE(cells.length);
  return message(
    'D',
    Buffer.concat([
      count,
      ...cells.flatMap((cell) => {
        const length = Buffer.alloc(4);
        length.writeInt32BE(cell === null ? -1 : Buffer.byteLength(cell));
        return cell === null ? [length] : [length, Buffer.from(cell)];
      }),
    ]),
  );
}

const rowDescription = message('T', Buffer.from([0, 0]));
const commandComplete = message('C', Buffer.from('SELECT 1\0'));
const readyForQuery = message('Z', Buffer.from('I'));

/** Everything a connection is told, in order, when its stream brings these chunks. */
function told(chunks: readonly Buffer[]): { events: string[]; rows: RawRows[] } {
  const [connection, stream] = [new EventEmitter(), new EventEmitter()];
  const events: string[] = [];
  const rows: RawRows[] = [];
  for (const name of ['rowDescription', 'dataRow', 'commandComplete', 'readyForQuery', 'end']) {
    connection.on(name, (event?: { fields: [RawRows] }) => {
      if (events.at(-1) !== name || name !== 'dataRow') events.push(name);
      if (name === 'dataRow' && event) rows.push(Buffer.from(event.fields[0]));
    });
  }
  passThroughRows(connection as unknown as pg.Connection);
  (connection as unknown as { attachListeners: (from: EventEmitter) => void }).attachListeners(stream);
  for (const chunk of chunks) stream.emit('data', chunk);
  stream.emit('end');
  return { events, rows };
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const edges = [0, ...places.map((place) => place % bytes.length).sort((one, other) => one - other), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

const cells = fc.tuple(
  fc.integer().map(String),
  fc.option(fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))),
  fc.constantFrom('t', 'f'),
) as fc.Arbitrary<Cells>;

describe('rows as bytes', () => {
  it('are the rows that were sent, in order among other messages, wherever the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(cells, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (sent, places) => {
          const query = Buffer.concat([rowDescription, ...sent.map(dataRow), commandComplete, readyForQuery]);
          const { events, rows } = told(cut(Buffer.concat([query, query]), places));
          const once = ['rowDescription', 'dataRow', 'commandComplete', 'readyForQuery'];
          expect(events).toEqual([...once, ...once, 'end']);
          expect(textRows(rows)).toEqual([...sent, ...sent]);
        },
      ),
      { seed: 1 },
    );
  });

  it('are written as the objects they stand for', () => {
    fc.assert(
      fc.property(fc.array(cells, { minLength: 1, maxLength: 6 }), (sent) => {
        const json = compileRowWriter(Item, 0)(sent.map(dataRow));
        const expected = sent.map(([id, name, active]) => ({ id: Number(id), name, is_active: active === 't' }));
        expect(`[${Buffer.from(json).toString()}]`).toBe(JSON.stringify(expected));
      }),
      { seed: 1 },
    );
  });

  it('leave out the columns before the fields, and a row that has only those', () => {
    const write = compileRowWriter(Item, 1);
    expect(Buffer.from(write([dataRow(['100000', '7', 'a', 't'])])).toString()).toBe(
      '{"id":7,"name":"a","is_active":true}',
    );
    expect(write([dataRow(['0', null, null, null])])).toHaveLength(0);
    expect(firstText([dataRow(['100000', '7', 'a', 't'])])).toBe('100000');
    expect(firstText([])).toBeUndefined();
  });
});
