import { readFileSync } from 'node:fs';
import { getMetadataStorage, IS_BOOLEAN, IS_INT, IS_NUMBER, validateSync, type ValidationError } from 'class-validator';
import type { Class } from '@refundry/resource';

/** An environment that an app can't start with. Its message is for the operator: a sentence for each problem. */
export class ConfigurationError extends Error {}

/**
 * Reads an app's environment as a class whose properties are named as the variables are and validated by
 * class-validator. A property that is initialised has that default. An empty variable is an absent one. Each variable
 * can be given in a file instead, named by the variable with `_FILE` behind it, as containers are given their secrets.
 *
 * @throws ConfigurationError that names every wrong variable and never its value
 */
export function readEnvironment<T extends object>(type: Class<T>, environment: NodeJS.ProcessEnv): T {
  const variables = new type();
  const problems = new Map<string, string>();
  for (const [name, convert] of variablesOf(type)) {
    const { text, problem } = readVariable(name, environment);
    if (problem !== undefined) problems.set(name, problem);
    else if (text !== undefined) Object.assign(variables, { [name]: convert(text) });
  }
  for (const error of validateSync(variables))
    if (!problems.has(error.property)) problems.set(error.property, problemOf(error, variables));
  if (problems.size > 0) throw new ConfigurationError([...new Set(problems.values())].join(' '));
  return variables;
}

type Convert = (text: string) => unknown;

/** The variables of a class and how their texts are read: as a number or a boolean where they must be one. */
function variablesOf(type: Class): Map<string, Convert> {
  const conversions = new Map<string, Convert>();
  for (const { propertyName, name = '' } of getMetadataStorage().getTargetValidationMetadatas(type, '', false, false)) {
    const known = conversions.get(propertyName);
    conversions.set(propertyName, conversionFor[name] ?? known ?? String);
  }
  return conversions;
}

const number = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
const truth = /^(?:true|t|yes|y|on|1)$/i;
const falsehood = /^(?:false|f|no|n|off|0)$/i;

/** A text that is none stays as it is, which the rule refuses. */
const toNumber = (text: string): number | string => (number.test(text) ? Number(text) : text);
const toBoolean = (text: string): boolean | string => truth.test(text) || (falsehood.test(text) ? false : text);

const conversionFor: Readonly<Record<string, Convert>> = {
  [IS_INT]: toNumber,
  [IS_NUMBER]: toNumber,
  [IS_BOOLEAN]: toBoolean,
};

/** The sentence for a variable: of several broken rules the first as written, which class-validator applies last. */
function problemOf({ property, constraints = {} }: ValidationError, variables: object): string {
  const message = Object.values(constraints).at(-1) ?? `${property} is wrong`;
  return `${property in variables ? message : `${property} is required`}.`;
}

/** The text of a variable, undefined where there is none, or the sentence that says why it can't be read. */
function readVariable(name: string, environment: NodeJS.ProcessEnv): { text?: string; problem?: string } {
  const { [name]: value, [`${name}_FILE`]: file } = environment;
  if (value && file) return { problem: `${name} and ${name}_FILE are both given; one of them has to go.` };
  try {
    const content = file ? contentOf(file) : value;
    if (!content) return {};
    const text = content.trim();
    if (text === '') return { problem: `${name} must not be blank.` };
    return text.includes('\0') ? { problem: `${name} must not contain null characters.` } : { text };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return { problem: `${name}_FILE names ${file ?? 'a file'}, which can't be read (${code}).` };
  }
}

/** Without the line end that editors leave behind. */
const contentOf = (file: string): string => readFileSync(file, 'utf8').replace(/\r?\n$/, '');
