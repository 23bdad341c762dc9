import { arrayOf, choiceOf, Malformed, objectOf } from '../malformed.js';
import { faultKinds, faultTargets, type Fault } from './fault.js';

type Options = Readonly<Record<string, unknown>>;

const optionNames = [
  'kind',
  'resource',
  'page',
  'every',
  'times',
  'ms',
  'retryAfter',
] as const satisfies readonly (keyof Fault)[];

/** @throws Malformed with a sentence that says what is wrong with which fault */
export function readFaults(value: unknown): readonly Fault[] {
  return arrayOf(value, 'The list of faults').map((fault, index) => readFault(objectOf(fault, `Fault ${index}`)));
}

function readFault(options: Options): Fault {
  const kind = choiceOf(options.kind, faultKinds, 'fault kind');
  for (const name of Object.keys(options)) choiceOf(name, optionNames, `option of ${kind}`);
  if (kind === 'latency' && options.ms === undefined)
    throw new Malformed('latency needs ms, the milliseconds to wait.');
  return {
    kind,
    resource: options.resource === undefined ? undefined : choiceOf(options.resource, faultTargets, 'resource'),
    page: wholeNumber(options, 'page', 1),
    every: wholeNumber(options, 'every', 1),
    times: wholeNumber(options, 'times', 1),
    ms: wholeNumber(options, 'ms', 0),
    retryAfter: wholeNumber(options, 'retryAfter', 0),
  };
}

function wholeNumber(options: Options, name: keyof Fault, minimum: number): number | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < minimum)
    throw new Malformed(`${name} must be a whole number, ${minimum} or more.`);
  return value;
}
