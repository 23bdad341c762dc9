import * as contracts from '@refundry/contracts';
import type { EventType } from '@refundry/resource';

/** A type of events, and how sources that import the contracts name it. */
export interface ContractEvent {
  readonly type: EventType;
  /** `refundBecame.paid` */
  readonly expression: string;
  /** The class of the content: `RefundEvent`. */
  readonly content: string;
}

const identifier = /^[A-Za-z_$][\w$]*$/;

/**
 * Finds a type of events in the compiled contracts.
 *
 * @throws Error for a type that the service does not publish, and for one whose content has no name that is exported
 */
export function contractEvent(service: string, name: string): ContractEvent {
  const type = contracts.eventTypes.find((one) => one.service === service && one.type === name);
  if (!type) throw new Error(`${service} has no events of type ${name}: ${typesOf(service)}.`);
  const { name: content } = type.of;
  const exported: Readonly<Record<string, unknown>> = { ...contracts };
  if (exported[content] !== type.of) throw new Error(`The contracts export no class ${content}, of which ${name} is.`);
  const expression = expressionOf(type, exported, (key) => key);
  if (expression === undefined) throw new Error(`The contracts export no ${name}.`);
  return { type, expression, content };
}

const typesOf = (service: string): string => {
  const types = contracts.eventTypes.filter((type) => type.service === service).map(({ type }) => type);
  return types.length === 0 ? 'it has none' : `say one of ${types.join(', ')}`;
};

/** The way to a value from the properties of an object, the shortest one. */
function expressionOf(value: unknown, holder: object, extend: (key: string) => string): string | undefined {
  const entries = Object.entries(holder) as [string, unknown][];
  const own = entries.find(([, each]) => each === value);
  if (own) return extend(own[0]);
  for (const [key, inner] of entries) {
    if (!isPlain(inner)) continue;
    const found = expressionOf(value, inner, (further) => extend(key) + accessOf(further));
    if (found !== undefined) return found;
  }
  return undefined;
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  !('kind' in value);

const accessOf = (key: string): string => (identifier.test(key) ? `.${key}` : `['${key}']`);
