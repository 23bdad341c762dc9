import { describe, expect, it } from '@jest/globals';
import { Failure, failures, invalid } from './index.js';

describe('a failure', () => {
  it.each([
    [new Failure('not_found'), 404, 'Not found.'],
    [new Failure('invalid_page'), 404, 'Invalid page.'],
    [new Failure('invalid_cursor'), 404, 'Invalid cursor'],
    [new Failure('method_not_allowed', 'PUT'), 405, 'Method "PUT" not allowed.'],
    [new Failure('not_acceptable'), 406, 'Could not satisfy the request Accept header.'],
    [new Failure('parse_error', 'Unexpected token'), 400, 'JSON parse error - Unexpected token'],
    [new Failure('not_authenticated', 'Invalid token.'), 401, 'Invalid token.'],
    [new Failure('payload_too_large', '16777216'), 413, 'Request body must not exceed 16777216 bytes.'],
    [new Failure('permission_denied'), 403, 'You do not have permission to perform this action.'],
    [new Failure('invalid_grant', 'Invalid credentials given.'), 400, 'Invalid credentials given.'],
    [new Failure('invalid_client', 'Unknown client.'), 401, 'Unknown client.'],
    [new Failure('throttled', '42'), 429, 'Request was throttled. Expected available in 42 seconds.'],
    [new Failure('unavailable', 'NATS is away'), 503, 'Service temporarily unavailable, try again later.'],
    [new Failure('upstream_timeout', 'Omnitron gave no answer in time.'), 504, 'Omnitron gave no answer in time.'],
    [new Failure('internal', 'a secret of ours'), 500, 'A server error occurred.'],
  ])('has its status and its text: %s', (failure, status, text) => {
    expect(failure.status).toBe(status);
    expect(failure.text).toBe(text);
  });

  it('takes its detail literally', () => {
    expect(new Failure('method_not_allowed', '$&{}').text).toBe('Method "$&{}" not allowed.');
  });

  it('carries the messages of fields', () => {
    expect(invalid({ subject: ['This field is required.'] })).toMatchObject({
      code: 'invalid',
      status: 400,
      fields: { subject: ['This field is required.'] },
    });
  });

  it('is an error with its cause', () => {
    const cause = new Error('socket');
    expect(new Failure('unavailable', { detail: 'PostgreSQL is away', cause })).toMatchObject({
      message: 'PostgreSQL is away',
      cause,
    });
    expect(new Failure('not_found').message).toBe('not_found');
  });

  it('is answered with a status of an error, whatever its code', () => {
    for (const { status } of Object.values(failures)) expect(status).toBeGreaterThanOrEqual(400);
  });
});
