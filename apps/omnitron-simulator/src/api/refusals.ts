import { jsonAnswer, type Answer } from './answer.js';

/** Ends a request with an answer of Django REST framework's. */
export class Refusal extends Error {
  constructor(readonly answer: Answer) {
    super(`Refused with ${answer.status}`);
  }
}

const challenge = { 'www-authenticate': 'Token' };

export const noCredentials = jsonAnswer(401, { detail: 'Authentication credentials were not provided.' }, challenge);
export const invalidToken = jsonAnswer(401, { detail: 'Invalid token.' }, challenge);
export const loginRefused = jsonAnswer(400, { non_field_errors: ['Unable to log in with provided credentials.'] });
export const invalidPage = jsonAnswer(404, { detail: 'Invalid page.' });
export const notFound = jsonAnswer(404, { detail: 'Not found.' });

export function invalidParameter(name: string, message: string): Answer {
  return jsonAnswer(400, { [name]: [message] });
}
