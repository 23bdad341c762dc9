import type { CommandConfig } from '../accounts.config.js';
import { withService, type CallService } from './services.js';

/** Asks oms for one of its operations. @throws Failure */
export type CallOms = CallService;

/** Opens a way to oms for one piece of work and closes it again. */
export const withOms = <T>(config: CommandConfig, work: (ask: CallOms) => Promise<T>): Promise<T> =>
  withService(config, 'oms', work);
