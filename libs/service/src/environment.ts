import { Failure, read, type Class } from '@refundry/resource';

/** An environment that an app can't start with. Its message is one sentence for the operator. */
export class ConfigurationError extends Error {}

/**
 * Reads an app's environment as a class of fields named as the variables are; an empty variable is an absent one.
 *
 * @throws ConfigurationError that names every wrong variable and never its value
 */
export function readEnvironment<T extends object>(type: Class<T>, environment: NodeJS.ProcessEnv): T {
  try {
    return read(type, Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const complaints = Object.entries((error.fields ?? {}) as Record<string, string[]>).map(([name, messages]) => `${name}: ${messages.join(' ')}`);
    throw new ConfigurationError(`The environment is not complete. ${complaints.join(' ')}`, { cause: error });
  }
}
