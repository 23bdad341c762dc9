import { serviceOf, type Family } from './family.js';
import type { Class } from './fields/field.js';

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
