export { auditedActions } from './audited-action.js';
export type { AuditedAction } from './audited-action.js';
export { classSchema } from './class-schema.js';
export { defaultDeadlineMs } from './endpoints.js';
export type {
  ActionEndpoint,
  DetailEndpoint,
  Documentation,
  Endpoint,
  FileEndpoint,
  ListEndpoint,
  MountedEndpoint,
  Operation,
  ReplyOf,
  RequestOf,
} from './endpoints.js';
export { describeEventType, eventType } from './event-type.js';
export type { EventType, EventTypeDescription } from './event-type.js';
export { ExactNumber, parseExactly } from './exact-number.js';
export { serviceOf } from './family.js';
export type { Family, Method } from './family.js';
export { BooleanField } from './fields/boolean-field.js';
export { ChoiceField } from './fields/choice-field.js';
export { DateTimeField, wrongDateTimeFormat } from './fields/date-time-field.js';
export { DecimalField } from './fields/decimal-field.js';
export { EmailField } from './fields/email-field.js';
export { fieldsOf, keyOf } from './fields/field.js';
export type { Class, Direction, Field, FieldKind, SchemaContext, WriteJson } from './fields/field.js';
export { IntegerField } from './fields/integer-field.js';
export { IntegersField } from './fields/integers-field.js';
export { JsonField } from './fields/json-field.js';
export { betweenKeys, LinkField } from './fields/link-field.js';
export { ListField } from './fields/list-field.js';
export { LocalDateTimeField } from './fields/local-date-time-field.js';
export { ObjectField } from './fields/object-field.js';
export { PkField } from './fields/pk-field.js';
export { isDecimalId, normalReserveId, ReserveIdField } from './fields/reserve-id-field.js';
export { StringField } from './fields/string-field.js';
export { TextsField } from './fields/texts-field.js';
export { UrlField } from './fields/url-field.js';
export { ZonedDateTimeField } from './fields/zoned-date-time-field.js';
export { filterParameters } from './filter-parameters.js';
export type { FilterParameter } from './filter-parameters.js';
export type { Comparison, Filter, FilterKind, Lookup } from './filters.js';
export { formInput } from './form-input.js';
export { acceptedFormats, mediaTypes } from './format.js';
export type { ExportFormat, Format } from './format.js';
export { orNull } from './json-schema.js';
export type { JsonSchema } from './json-schema.js';
export { JsonText } from './json-text.js';
export { JsonWriter } from './json-writer.js';
export { keyOfSegment, segmentOf } from './path-segment.js';
export { metadata } from './metadata.js';
export { fieldOfTerm, isDescending, kindOfTerm } from './order-terms.js';
export { pagingProfiles } from './paging-profile.js';
export type { PagingProfile } from './paging-profile.js';
export { isDictionary, read, readMany } from './read.js';
export type {
  ActionRequest,
  Actor,
  ActorKind,
  Caller,
  Condition,
  CursorPosition,
  DetailRequest,
  Idempotency,
  Incoming,
  ListRequest,
  OperationRequest,
  Page,
} from './requests.js';
export { actorKinds } from './requests.js';
export { operation, resource } from './resource.js';
export { formatTimestamp, parseTimestamp } from './timestamp.js';
