import { classSchema } from './class-schema.js';
import { serviceOf, type Family } from './family.js';
import type { Class } from './fields/field.js';
import type { JsonSchema } from './json-schema.js';

/** A kind of fact that leaves a service: what its events are called, and what they say. */
export interface EventType<T extends object = object> {
  readonly kind: 'event';
  /** The family whose clients read it. */
  readonly family: Family;
  /** The service that it happens in. */
  readonly service: string;
  /** In the past tense, with dots, e.g. `supplier_refund.document.saved`. */
  readonly type: string;
  /** Of the content; another number for whatever its readers would not understand. */
  readonly version: number;
  readonly summary: string;
  /** The class of the content. */
  readonly of: Class<T>;
  readonly example: T;
  /** The path below the family's base of what it happened to, where that is a single thing. */
  subjectOf(content: T): string | undefined;
}

interface EventTypeOptions<T extends object> extends Pick<
  EventType<T>,
  'family' | 'type' | 'version' | 'summary' | 'of' | 'example'
> {
  readonly subjectOf?: (content: T) => string | undefined;
}

/** Declares a kind of event once: its subject on NATS, its place in the catalogue and its schema follow from it. */
export const eventType = <T extends object>({
  subjectOf = () => undefined,
  ...options
}: EventTypeOptions<T>): EventType<T> => ({
  kind: 'event',
  service: serviceOf[options.family],
  subjectOf,
  ...options,
});

/** Description of a type for its readers. */
export interface EventTypeDescription {
  readonly type: string;
  readonly version: number;
  readonly summary: string;
  /** JSON Schema of the content, with all its parts in place. */
  readonly schema: JsonSchema;
  readonly example: object;
}

/** Describes a type as the catalogue publishes it. */
export const describeEventType = ({ type, version, summary, of, example }: EventType): EventTypeDescription => ({
  type,
  version,
  summary,
  schema: schemaOf(of),
  example,
});

const schemaOf = (of: Class): JsonSchema => classSchema(of, { direction: 'answer', refer: schemaOf });
