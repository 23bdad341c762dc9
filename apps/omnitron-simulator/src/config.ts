import { answerModes, type AnswerMode } from './answer-mode.js';
import { customersByDefault } from './datasets/customers.js';
import { districtsInAll } from './datasets/districts.js';
import { StartError } from './start-error.js';

/** The configuration of the simulator. */
export interface SimulatorConfig {
  readonly host: string;
  /** 0 stands for any free port. */
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** A folder of `<resource>.json` files; without it, the default data. */
  readonly dataset: string | undefined;
  /** How many districts the default data has. */
  readonly districts: number;
  /** How many customers the default data has. */
  readonly customers: number;
  readonly answers: AnswerMode;
}

/** Their keys are integers of PostgreSQL, and they are all kept in memory. */
const maxCustomers = 10_000_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws StartError with one sentence that names the variable and what is wrong with it */
export function readConfig(environment: Environment): SimulatorConfig {
  return {
    host: optional(environment, 'HOST') ?? '127.0.0.1',
    port: wholeNumber(environment, 'PORT', 65_535) ?? 0,
    username: required(environment, 'OMNITRON_USERNAME'),
    password: required(environment, 'OMNITRON_PASSWORD'),
    dataset: optional(environment, 'OMNITRON_DATASET'),
    districts: wholeNumber(environment, 'OMNITRON_DISTRICTS', districtsInAll) ?? districtsInAll,
    customers: wholeNumber(environment, 'OMNITRON_CUSTOMERS', maxCustomers) ?? customersByDefault,
    answers: readAnswers(optional(environment, 'OMNITRON_ANSWERS') ?? 'envelope'),
  };
}

/** An empty variable counts as one that isn't set: compose files and shells can't always unset. */
function optional(environment: Environment, name: string): string | undefined {
  const text = environment[name];
  return text === '' ? undefined : text;
}

function required(environment: Environment, name: string): string {
  const text = optional(environment, name);
  if (text === undefined) throw new StartError(`${name} must be set.`);
  return text;
}

function wholeNumber(environment: Environment, name: string, greatest: number): number | undefined {
  const text = optional(environment, name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > greatest)
    throw new StartError(`${name} must be a whole number from 0 to ${greatest}, not "${text}".`);
  return number;
}

function readAnswers(text: string): AnswerMode {
  const mode = answerModes.find((known) => known === text);
  if (!mode) throw new StartError(`OMNITRON_ANSWERS must be one of ${answerModes.join(', ')}, not "${text}".`);
  return mode;
}
