import { stdSerializers } from 'pino';

const told = ['type', 'message', 'stack', 'code', 'constraint', 'table'] as const;

type ErrorFields = Partial<Record<(typeof told)[number], unknown>> & { readonly cause?: ErrorFields };

/** What a log says of an error and of its causes. What else one carries may be a row, a statement's parameters or a header. */
export const errorFields = (error: unknown): unknown => (error instanceof Error ? chosen(stdSerializers.errWithCause(error)) : { message: String(error) });

const chosen = (fields: ErrorFields): ErrorFields => ({
  ...Object.fromEntries(told.map((name) => [name, fields[name]])),
  ...(fields.cause && { cause: chosen(fields.cause) }),
});
