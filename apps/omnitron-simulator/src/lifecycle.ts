import { type FastifyInstance } from 'fastify';
import { type SimulatorConfig } from './config.js';
import { StartError } from './start-error.js';

/**
 * @returns the URL under which the simulator can be reached
 * @throws StartError when the address or the port can't be had
 */
export async function listen(simulator: FastifyInstance, { host, port }: SimulatorConfig): Promise<string> {
  try {
    return await simulator.listen({ host, port });
  } catch (error) {
    throw new StartError(whyNot(error, host, port), { cause: error });
  }
}

/** Ends on SIGTERM and SIGINT, and with the process that spawned it with an IPC channel. */
export function closeWhenAsked(simulator: FastifyInstance): void {
  const close = (): void => {
    void simulator.close().finally(() => process.exit());
  };
  process.once('SIGTERM', close);
  process.once('SIGINT', close);
  // A listener would keep the channel, and with it the process, alive; without a channel there is nothing to keep.
  if (process.channel) process.once('disconnect', close);
}

/** The one line that tells the starting process that it answers, in the form of pino, which all apps log with. */
export function announce(url: string): void {
  process.stdout.write(`${JSON.stringify({ level: 30, msg: 'ready', url })}\n`);
}

/** Says why on stderr and lets the process end with code 1; what isn't a StartError is a defect and keeps its stack. */
export function refuseToStart(error: unknown): void {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function whyNot(error: unknown, host: string, port: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `Port ${port} on ${host} is already taken: choose another PORT.`;
  return `Cannot listen on ${host}, port ${port}: ${message}.`;
}
