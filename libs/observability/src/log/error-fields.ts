import { redactCredentials } from '@refundry/auth';
import { stdSerializers } from 'pino';
import { cutText } from './cut-text.js';

const told = ['type', 'message', 'stack', 'code', 'constraint', 'table'] as const;
/** Of a message, which may repeat what somebody sent; a stack begins with it. */
const [maxMessage, maxStack] = [2000, 8000];

type ErrorFields = Partial<Record<(typeof told)[number], unknown>> & { readonly cause?: ErrorFields };

/**
 * The logged form of an error and of its causes. Its other properties may be a row, a statement's parameters or a
 * header.
 */
export const errorFields = (error: unknown): unknown =>
  error instanceof Error ? chosen(stdSerializers.errWithCause(error)) : { message: loggedMessage(String(error)) };

/** A text that may repeat what somebody sent: cut, and without credentials. */
export const loggedMessage = (text: string): string => bounded(text, maxMessage);

const bounded = (text: string, max: number): string => cutText(redactCredentials(text), max);

const chosen = (fields: ErrorFields): ErrorFields => ({
  ...Object.fromEntries(
    told.map((name) => [name, loggedField(fields[name], name === 'stack' ? maxStack : maxMessage)]),
  ),
  ...(fields.cause && { cause: chosen(fields.cause) }),
});

const loggedField = (value: unknown, max: number): unknown => (typeof value === 'string' ? bounded(value, max) : value);
