import { describe, expect, it } from '@jest/globals';
import { BooleanField, IntegerField, ReserveIdField, resource, type ActionRequest } from '@refundry/resource';
import type { Head } from '../transport/frame.js';
import { RequestPipe } from './request-pipe.js';

class Question {
  @ReserveIdField({ label: 'Reservation', required: false, allowNull: true }) reserve_id?: string | null;
  @BooleanField({ label: 'Detail', required: false }) detail?: boolean;
}
class Answer {
  @IntegerField({ label: 'Penalty' }) penalty!: number;
}

const ask = resource({ family: 'reservation', path: 'refund', of: Answer }).action('procedure', {
  scope: 'reservation:read',
  methods: ['GET', 'POST'],
  input: Question,
  mergesQuery: true,
  output: Answer,
});
const pipe = new RequestPipe(ask);
const head: Head = {
  requestId: 'r1',
  deadline: 0,
  caller: { account: 1, scopes: [] },
  contentType: 'application/json',
};

const requestOf = (query: string, body: string, others: Partial<Head> = {}): ActionRequest<object> =>
  pipe.transform({ head: { ...head, query, ...others }, body: Buffer.from(body) }) as ActionRequest<object>;
const inputOf = (query: string, body: string): object => requestOf(query, body).input;

describe('an action that is asked by body and query', () => {
  it.each([
    ['the body', '', '{"reserve_id":"10011","detail":true}'],
    ['the query', 'reserve_id=10011&detail=1', ''],
    ['both, each one part', 'detail=1', '{"reserve_id":10011}'],
    [
      'both, and they agree',
      'reserve_id=%DB%B1%DB%B0%DB%B0%DB%B1%DB%B1&detail=1',
      '{"reserve_id":" 10011 ","detail":"yes"}',
    ],
    ['the query where the body says nothing', 'reserve_id=10011&detail=1', '{"reserve_id":null}'],
    ['the last of a repeated parameter', 'reserve_id=1&reserve_id=10011&detail=1', ''],
  ])('reads %s', (_where, query, body) => {
    expect(inputOf(query, body)).toEqual({ reserve_id: '10011', detail: true });
  });

  it('refuses what disagrees', () => {
    expect(() => inputOf('reserve_id=10012', '{"reserve_id":"10011"}')).toThrow(
      expect.objectContaining({ code: 'inputs_disagree' }),
    );
    expect(() => inputOf('detail=0', '{"detail":true}')).toThrow(expect.objectContaining({ code: 'inputs_disagree' }));
  });

  it.each(['[]', 'null', '"10011"', '10011'])('refuses the body %s', (body) => {
    expect(() => inputOf('reserve_id=10011', body)).toThrow(expect.objectContaining({ code: 'malformed_request' }));
  });

  it('refuses with messages for each field', () => {
    expect(() => inputOf('detail=perhaps', '{"reserve_id":"1"}')).toThrow(
      expect.objectContaining({ code: 'invalid', fields: { detail: ['Must be a valid boolean.'] } }),
    );
  });
});

describe('a request', () => {
  it('knows when the gateway received it, or else when it came here', () => {
    expect(requestOf('', '', { receivedAt: 1_700_000_000_000 }).receivedAt).toBe(1_700_000_000_000);
    expect(requestOf('', '').receivedAt).toBeGreaterThan(1_700_000_000_000);
  });
});

describe('the fingerprint of a request that may be repeated', () => {
  const fingerprint = (contentType: string): string | undefined =>
    requestOf('', '{}', { contentType, idempotencyKey: 'once' }).idempotency?.fingerprint;

  it('is that of its bytes and of the charset they are read by', () => {
    const [utf8, ...same] = [
      'application/json',
      'application/json; charset=UTF-8',
      'application/json;charset="utf8"',
    ].map(fingerprint);
    expect(same).toEqual([utf8, utf8]);
    const [cyrillic, again, koi8] = ['windows-1251', 'Windows_1251', 'koi8-r'].map((charset) =>
      fingerprint(`application/json; charset=${charset}`),
    );
    expect(again).toBe(cyrillic);
    expect(new Set([utf8, cyrillic, koi8]).size).toBe(3);
  });
});
