// Compiled by `npm run typecheck`, never run: every line marked must not compile, every other must.
import {
  BooleanField,
  DateTimeField,
  DecimalField,
  IntegerField,
  JsonField,
  ListField,
  operation,
  resource,
  StringField,
  type ActionRequest,
  type DetailRequest,
  type Incoming,
  type JsonText,
  type ListRequest,
  type OperationRequest,
  type Page,
} from '@refundry/resource';
import { Handles } from './handles.js';
import type { Streamed } from '../streaming/streamed.js';

export class Reason {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Subject' }) subject!: string;
  @StringField({ label: 'Note', allowNull: true }) note!: string | null;
  @BooleanField({ label: 'Is active', required: false }) is_active?: boolean;
  @DateTimeField({ label: 'Modified date', readOnly: true }) modified_date!: string;
}

export class Parcel {
  @DecimalField({ label: 'Weight', maxDigits: 5, decimalPlaces: 2 }) weight!: string | null;
  @ListField({ label: 'Reasons', of: Reason }) reasons!: Reason[];
  @ListField({ label: 'Other reasons', of: Reason, allowNull: true }) others!: readonly Reason[] | null;
  @JsonField({ label: 'Options' }) options!: unknown;
  @JsonField({ label: 'Settings' }) settings!: Readonly<Record<string, string>>;
}

export class WrongFields {
  // @ts-expect-error a float has no exact places
  @DecimalField({ label: 'x', maxDigits: 5, decimalPlaces: 2 }) price!: number;
  // @ts-expect-error a decimal without its places
  @DecimalField({ label: 'x', maxDigits: 5 }) placeless!: string;
  // @ts-expect-error a list of another class
  @ListField({ label: 'x', of: Reason }) parcels!: Parcel[];
  // @ts-expect-error one object is no list
  @ListField({ label: 'x', of: Reason }) single!: Reason;

  // @ts-expect-error a number field on text
  @IntegerField({ label: 'x' }) text!: string;
  // @ts-expect-error a text field on a number
  @StringField({ label: 'x' }) number!: number;
  // @ts-expect-error a boolean field on text
  @BooleanField({ label: 'x' }) flag!: string;
  // @ts-expect-error a Date can't carry microseconds
  @DateTimeField({ label: 'x' }) at!: Date;
  // @ts-expect-error nor can milliseconds
  @DateTimeField({ label: 'x' }) milliseconds!: number;
  // @ts-expect-error a field without a label
  @StringField({}) unlabelled!: string;
  // @ts-expect-error text has no least value
  @StringField({ label: 'x', minValue: 1 }) bounded!: string;
}

export class PullOptions {
  @BooleanField({ label: 'Force', required: false }) force?: boolean;
}

const reasons = resource({ family: 'oms', path: 'reasons', of: Reason });
const scope = 'oms:read';
const list = reasons.list({
  scope,
  filters: { id: ['gt'], modified_date: { grouped: ['exact'] } },
  sort: ['id', 'modified_date'],
  order: ['-modified_date', 'id'],
});
const detail = reasons.detail({ scope });
const pull = reasons.action('pull', { scope, methods: ['GET'] });
const pullWithOptions = reasons.action('pull', { scope, methods: ['POST'], query: PullOptions });
const count = reasons.action('count', { scope, methods: ['GET'], output: Reason });
const countWithOptions = reasons.action('count', { scope, methods: ['POST'], query: PullOptions, output: Reason });
const start = reasons.action('start', { scope, methods: ['POST'], status: 204 });
const search = reasons.list({ scope, filters: { subject: ['search'] }, order: ['id'] });
const store = operation('oms.store', { input: PullOptions });
const verify = operation('oms.verify', { input: PullOptions, output: Reason });

// @ts-expect-error an unknown field to filter by
reasons.list({ scope, filters: { colour: ['exact'] }, order: ['id'] });
// @ts-expect-error an unknown lookup
reasons.list({ scope, filters: { id: ['near'] }, order: ['id'] });
// @ts-expect-error an unknown grouped lookup
reasons.list({ scope, filters: { id: { grouped: ['near'] } }, order: ['id'] });
// @ts-expect-error a search stands alone
reasons.list({ scope, filters: { subject: ['search', 'exact'] }, order: ['id'] });
// @ts-expect-error a search is no comparison
reasons.list({ scope, filters: { subject: { grouped: ['search'] } }, order: ['id'] });
// @ts-expect-error an unknown field to sort by
reasons.list({ scope, sort: ['colour'], order: ['id'] });
// @ts-expect-error descending is the caller's choice, the contract names fields
reasons.list({ scope, sort: ['-id'], order: ['id'] });
// @ts-expect-error an unknown field to order by
reasons.list({ scope, order: ['-colour'] });
// @ts-expect-error a list without an order: its pages could overlap
reasons.list({ scope, order: [] });
// @ts-expect-error an endpoint without a scope
reasons.detail({});
// @ts-expect-error an unknown format
reasons.detail({ scope, formats: ['pdf'] });
// @ts-expect-error an action without methods
reasons.action('pull', { scope });
// @ts-expect-error nothing can't be answered with an output
reasons.action('pull', { scope, methods: ['POST'], output: Reason, status: 204 });
// @ts-expect-error an unknown status
reasons.action('pull', { scope, methods: ['POST'], status: 201 });
// @ts-expect-error an unknown family
resource({ family: 'zoo', path: 'reasons', of: Reason });

interface Other {
  readonly other: string;
}

declare const answer: (request: Incoming) => never;

export class RightHandlers {
  @Handles(list) list(request: ListRequest): Promise<Page<Reason>> {
    return answer(request);
  }
  @Handles(list) listAtOnce(request: ListRequest): Page<Reason> {
    return answer(request);
  }
  @Handles(list) listForAnybody(request: Incoming): Page<Reason> {
    return answer(request);
  }
  @Handles(list) export(request: ListRequest): Promise<Streamed> {
    return answer(request);
  }
  @Handles(list) listOrExport(request: ListRequest): Promise<Page<Reason> | Streamed> {
    return answer(request);
  }
  @Handles(detail) text(request: DetailRequest): Promise<JsonText<Reason>> {
    return answer(request);
  }
  @Handles(detail) row(request: DetailRequest): Reason {
    return answer(request);
  }
  @Handles(pull) pull(request: ActionRequest<object>): Promise<void> {
    return answer(request);
  }
  @Handles(pullWithOptions) pullWithOptions(request: ActionRequest<PullOptions>): Promise<void> {
    return answer(request);
  }
  @Handles(search) search(request: ListRequest): Promise<Page<Reason>> {
    return answer(request);
  }
  @Handles(count) count(request: ActionRequest<object>): Promise<Reason> {
    return answer(request);
  }
  @Handles(count) countAsText(request: ActionRequest<object>): Promise<JsonText<Reason>> {
    return answer(request);
  }
  @Handles(countWithOptions) countWithOptions(request: ActionRequest<PullOptions>): Reason {
    return answer(request);
  }
  @Handles(start) start(request: ActionRequest<object>): Promise<void> {
    return answer(request);
  }
  @Handles(store) store(request: OperationRequest<PullOptions>): Promise<void> {
    return answer(request);
  }
  @Handles(verify) verify(request: OperationRequest<PullOptions>): Promise<Reason> {
    return answer(request);
  }
}

export class WrongHandlers {
  // @ts-expect-error a list is not asked for a key
  @Handles(list) listByKey(request: DetailRequest): Promise<Page<Reason>> {
    return answer(request);
  }
  // @ts-expect-error rows of another class
  @Handles(list) listOthers(request: ListRequest): Promise<Page<PullOptions>> {
    return answer(request);
  }
  // @ts-expect-error rows without their count
  @Handles(list) listRows(request: ListRequest): Promise<Reason[]> {
    return answer(request);
  }
  // @ts-expect-error a detail is asked for no page
  @Handles(detail) detailOfPage(request: ListRequest): Promise<JsonText<Reason>> {
    return answer(request);
  }
  // @ts-expect-error a detail must give the row
  @Handles(detail) detailOfNothing(request: DetailRequest): Promise<void> {
    return answer(request);
  }
  // @ts-expect-error a row is no export
  @Handles(detail) detailAsExport(request: DetailRequest): Promise<Streamed> {
    return answer(request);
  }
  // @ts-expect-error JSON of another class
  @Handles(detail) detailOfOthers(request: DetailRequest): Promise<JsonText<PullOptions>> {
    return answer(request);
  }
  // @ts-expect-error an incomplete row
  @Handles(detail) detailInPart(request: DetailRequest): Promise<Pick<Reason, 'id'>> {
    return answer(request);
  }
  // @ts-expect-error another input than the action's
  @Handles(pullWithOptions) pullOthers(request: ActionRequest<Other>): Promise<void> {
    return answer(request);
  }
  // @ts-expect-error an action without input has no options
  @Handles(pull) pullWithoutOptions(request: ActionRequest<Other>): Promise<void> {
    return answer(request);
  }
  // @ts-expect-error an action answers nothing
  @Handles(pull) pullAndCount(request: ActionRequest<object>): Promise<number> {
    return answer(request);
  }
  // @ts-expect-error an action with an output must answer it
  @Handles(count) countNothing(request: ActionRequest<object>): Promise<void> {
    return answer(request);
  }
  // @ts-expect-error an output of another class
  @Handles(count) countOthers(request: ActionRequest<object>): Promise<Parcel> {
    return answer(request);
  }
  // @ts-expect-error JSON of another class than the output
  @Handles(count) countOthersAsText(request: ActionRequest<object>): Promise<JsonText<Parcel>> {
    return answer(request);
  }
  // @ts-expect-error another input than the action's, beside its output
  @Handles(countWithOptions) countByOthers(request: ActionRequest<Other>): Promise<Reason> {
    return answer(request);
  }
  // @ts-expect-error 204 has no body
  @Handles(start) startAndAnswer(request: ActionRequest<object>): Promise<Reason> {
    return answer(request);
  }
  // @ts-expect-error an operation comes from no caller
  @Handles(store) storeForCaller(request: ActionRequest<PullOptions>): Promise<void> {
    return answer(request);
  }
  // @ts-expect-error another input than the operation's
  @Handles(store) storeOthers(request: OperationRequest<Other>): Promise<void> {
    return answer(request);
  }
  // @ts-expect-error an operation with an output must answer it
  @Handles(verify) verifyNothing(request: OperationRequest<PullOptions>): Promise<void> {
    return answer(request);
  }
  // @ts-expect-error an operation without an output answers nothing
  @Handles(store) storeAndAnswer(request: OperationRequest<PullOptions>): Promise<Reason> {
    return answer(request);
  }
}
