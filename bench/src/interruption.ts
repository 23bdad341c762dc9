import { constants } from 'node:os';

/** Somebody ended the run; what it started is ended in order, and nothing is reported. */
export class Interrupted extends Error {
  constructor(readonly exitCode: number) {
    super('The run was interrupted.');
  }
}

/**
 * A signal that is aborted with {@link Interrupted} at Ctrl-C, at SIGTERM, or when the process that started us is gone.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      controller.abort(new Interrupted(128 + constants.signals[name]));
    });
  process.once('disconnect', () => {
    controller.abort(new Interrupted(1));
  });
  // The process that started us must not be waited for.
  process.channel?.unref();
  return controller.signal;
}
