import { randomUUID } from 'node:crypto';
import { Failure } from '@refundry/errors';
import { RpcClient } from '@refundry/messaging';
import { type Operation } from '@refundry/resource';
import type { CommandConfig } from '../accounts.config.js';
import { reached } from './reached.js';

/** Asks a service for one of its operations. @throws Failure */
export type CallService = <In extends object, Out extends object | void>(
  operation: Operation<In, Out>,
  input: In,
) => Promise<Out>;

/** Whether nobody answered, rather than refused; it may pass. */
export const isSilence = (error: unknown): boolean =>
  error instanceof Failure && (error.code === 'unavailable' || error.code === 'deadline_exceeded');

/** Opens a way to a service for one piece of work and closes it again. */
export async function withService<T>(
  { natsUrl, operator }: CommandConfig,
  service: string,
  work: (ask: CallService) => Promise<T>,
): Promise<T> {
  if (!natsUrl) throw new Error(`NATS_URL is needed to reach ${service}.`);
  const client = await reached(
    'NATS',
    RpcClient.open({ url: natsUrl, name: 'accounts command line', limit: 1, waitForServer: false }),
  );
  try {
    return await work((operation, input) => client.call(operation, input, randomUUID(), operator));
  } catch (error) {
    throw isSilence(error) ? new Error(`${service} does not answer; is it running?`, { cause: error }) : error;
  } finally {
    await client.close();
  }
}
