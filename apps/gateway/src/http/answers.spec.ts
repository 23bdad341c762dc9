import { describe, expect, it } from '@jest/globals';
import { writeJson, writeNoContent } from './answers.js';
import { fastifyAdapter } from './fastify-adapter.js';

const headers = { allow: 'POST, OPTIONS', 'cache-control': 'no-store' };
const server = fastifyAdapter().getInstance();
server.post('/nothing', (_request, reply) => {
  writeNoContent(reply, headers);
});
server.post('/object', (_request, reply) => {
  writeJson(reply, 200, Buffer.from('{}'), headers);
});

const post = (path: string) =>
  server.inject({ method: 'POST', url: path, headers: { 'content-type': 'application/json' } });

describe('an answer of 204', () => {
  it('has neither a body nor what describes one', async () => {
    const answer = await post('/nothing');
    expect(answer.statusCode).toBe(204);
    expect(answer.rawPayload).toHaveLength(0);
    expect(answer.headers).not.toHaveProperty('content-type');
    expect(answer.headers).not.toHaveProperty('content-length');
  });

  it('has the other headers as ever', async () => {
    const [nothing, object] = [await post('/nothing'), await post('/object')];
    expect(nothing.headers).toMatchObject({ ...headers, 'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(object.headers).toMatchObject({ ...headers, 'content-type': 'application/json', 'content-length': '2' });
  });
});
