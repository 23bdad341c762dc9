import { readFileSync } from 'node:fs';
import { Failure } from '@refundry/errors';
import { fieldsOf, read, type Class } from '@refundry/resource';

/** An environment that an app can't start with. Its message is one sentence for the operator. */
export class ConfigurationError extends Error {}

/**
 * Reads an app's environment as a class of fields named as the variables are; an empty variable is an absent one. Each
 * variable can be given in a file instead, named by the variable with `_FILE` behind it, as containers are given their secrets.
 *
 * @throws ConfigurationError that names every wrong variable and never its value
 */
export function readEnvironment<T extends object>(type: Class<T>, environment: NodeJS.ProcessEnv): T {
  try {
    return read(type, Object.fromEntries(fieldsOf(type).flatMap(({ name }) => given(name, environment))));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const complaints = Object.entries((error.fields ?? {}) as Record<string, string[]>).map(
      ([name, messages]) => `${name}: ${messages.join(' ')}`,
    );
    throw new ConfigurationError(`The environment is not complete. ${complaints.join(' ')}`, { cause: error });
  }
}

/** The variable and its value, when there is one. */
function given(name: string, environment: NodeJS.ProcessEnv): [name: string, value: string][] {
  const { [name]: value, [`${name}_FILE`]: file } = environment;
  if (value && file) throw new ConfigurationError(`${name} and ${name}_FILE are both given; one of them has to go.`);
  const text = file ? contentOf(file, `${name}_FILE`) : value;
  return text ? [[name, text]] : [];
}

/** Without the line end that editors leave behind. */
function contentOf(file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new ConfigurationError(
      `${variable} names ${file}, which can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`,
      { cause: error },
    );
  }
}
