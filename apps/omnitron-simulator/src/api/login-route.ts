import { type FastifyInstance } from 'fastify';
import { type SimulatorConfig } from '../config.js';
import { answerInstead, spoiled } from '../faults/strike.js';
import { objectOf } from '../malformed.js';
import { loginPath } from '../paths.js';
import { type Upstream } from '../upstream.js';
import { jsonAnswer, send, type Answer } from './answer.js';
import { loginRefused } from './refusals.js';

type Credentials = Pick<SimulatorConfig, 'username' | 'password'>;

/** `POST /api/v1/auth/login/`: username and password for a new key. */
export function loginRoute(simulator: FastifyInstance, upstream: Upstream, expected: Credentials): void {
  simulator.post(loginPath, async (request, reply) => {
    const faults = upstream.faults.striking({ target: 'login' });
    const instead = await answerInstead(faults, upstream.keys);
    return send(reply, instead ?? spoiled(faults, logIn(request.body, upstream, expected)));
  });
}

function logIn(body: unknown, { keys }: Upstream, expected: Credentials): Answer {
  const { username, password } = objectOf(body, 'The body');
  if (username !== expected.username || password !== expected.password) return loginRefused;
  return jsonAnswer(200, { key: keys.issue() });
}
