import { scopes } from '@refundry/auth';
import {
  ChoiceField,
  DateTimeField,
  IntegerField,
  IntegersField,
  ReserveIdField,
  resource,
  StringField,
} from '@refundry/resource';
import { somePassengers } from './refunds.js';
import { maxPassengers } from './reservations.js';

export const quoteStates = ['requested', 'question', 'quoted', 'declined', 'used', 'expired', 'withdrawn'] as const;
export type QuoteState = (typeof quoteStates)[number];

/** Causes of what no rule prices: the passenger, the airline, a balance of partly used items, or something else. */
export const quoteCategories = ['passenger', 'airline_cancelled', 'airline_delay', 'balance', 'other'] as const;
export type QuoteCategory = (typeof quoteCategories)[number];

const maxNote = 1000;
/** Of a note with all that was added to it by replies. */
export const maxNotes = 4000;
/** The longest that a quote may hold. */
export const maxQuoteDays = 366;

/** The penalty of passengers of a reservation that an operator sets by hand, because no rule does. In Rial. */
export class ManualQuote {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @IntegerField({ label: 'Reserve ID' }) reserve_id!: number;
  @IntegersField({ label: 'Passengers', atMost: maxPassengers }) passenger_ids!: readonly number[];
  @ChoiceField({ label: 'Category', choices: quoteCategories }) category!: QuoteCategory;
  @ChoiceField({ label: 'Status', choices: quoteStates }) status!: QuoteState;
  /** Of the passengers, when it was answered, or else when it was requested. */
  @IntegerField({ label: 'Price' }) price!: number;
  @IntegerField({ label: 'Penalty', allowNull: true }) penalty!: number | null;
  @IntegerField({ label: 'What comes back', allowNull: true }) diffrance!: number | null;
  @DateTimeField({ label: 'To be answered by' }) respond_by!: string;
  /** It holds until before this. */
  @DateTimeField({ label: 'Valid until', allowNull: true }) valid_until!: string | null;
  @StringField({ label: 'Note of the client', allowNull: true }) note!: string | null;
  @StringField({ label: 'Note of the operator', allowNull: true }) answer_note!: string | null;
  @DateTimeField({ label: 'Requested date' }) requested_date!: string;
  @DateTimeField({ label: 'Answered date', allowNull: true }) answered_date!: string | null;
  @IntegerField({ label: 'Refund that used it', allowNull: true }) refund_id!: number | null;
  @StringField({ label: 'Domain' }) domain!: string;
}

/** A quote with what is for operators alone. */
export class AnsweredManualQuote extends ManualQuote {
  @StringField({ label: 'Internal note', allowNull: true }) internal_note!: string | null;
  @StringField({ label: 'Kind of the actor who answered', allowNull: true }) answered_by_kind!: string | null;
  @StringField({ label: 'Actor who answered', allowNull: true }) answered_by!: string | null;
}

export class QuoteRequest {
  @ReserveIdField({ label: 'ID or PNR', required: false, allowNull: true }) reserve_id?: string | null;
  /** All that are left, unless it is said. */
  @IntegersField(somePassengers) passenger_ids?: readonly number[] | null;
  @ChoiceField({ label: 'Category', required: false, choices: quoteCategories }) category?: QuoteCategory;
  @StringField({ label: 'Note', required: false, allowNull: true, maxLength: maxNote }) note?: string | null;
}

/** An operator's answer: a penalty or a percentage of the price, and how long it holds. */
export class QuoteAnswer {
  @IntegerField({ label: 'Penalty', required: false, allowNull: true, minValue: 0 }) penalty?: number | null;
  @IntegerField({ label: 'Percent of the price', required: false, allowNull: true, minValue: 0, maxValue: 100 })
  percent?: number | null;
  @IntegerField({
    label: 'Holds so many minutes',
    required: false,
    allowNull: true,
    minValue: 1,
    maxValue: maxQuoteDays * 1440,
  })
  valid_minutes?: number | null;
  @DateTimeField({ label: 'Holds until before', required: false, allowNull: true }) valid_until?: string | null;
  @StringField({ label: 'Note', required: false, allowNull: true, maxLength: maxNote }) note?: string | null;
  @StringField({ label: 'Internal note', required: false, allowNull: true, maxLength: maxNote })
  internal_note?: string | null;
}

export class QuoteNote {
  @StringField({ label: 'Note', maxLength: maxNote }) note!: string;
}

const { read, write, manage } = scopes.reservation;
const example = {
  id: 1,
  reserve_id: 10011,
  passenger_ids: [1],
  category: 'other',
  status: 'quoted',
  price: 12_500_000,
  penalty: 5_625_000,
  diffrance: 6_875_000,
  respond_by: '2026-12-05T08:00:00Z',
  valid_until: '2026-12-06T08:30:00Z',
  note: 'A charter, cancelled for the weather.',
  answer_note: null,
  requested_date: '2026-12-03T09:00:00Z',
  answered_date: '2026-12-05T06:30:00Z',
  refund_id: null,
  domain: 'shop.example',
};
const quotes = resource({ family: 'reservation', path: 'refund/quotes', of: ManualQuote, example });
const moved = { methods: ['POST'], output: ManualQuote, refusals: ['unknown_row', 'wrong_state'] } as const;
const forOperators = 'With `detail=1`, which takes the scope `manage`, it has the internal note and who answered.';

export const requestQuote = quotes.action('', {
  name: 'request',
  summary: 'Have an operator price what no rule prices',
  description:
    'Without `passenger_ids` all passengers are meant that are not refunded yet. Where a quote of the same ' +
    'passengers is open already, it is answered, and nothing is done.',
  inputExample: { reserve_id: '10011', category: 'other', note: 'A charter, cancelled for the weather.' },
  refusals: [
    'reserve_id_missing',
    'reserve_id_malformed',
    'unknown_reservation',
    'ambiguous_pnr',
    'already_refunded',
    'already_used',
    'unknown_passenger',
    'passenger_refunded',
    'conflict',
    'idempotency_mismatch',
  ],
  isRepeatable: true,
  scope: write,
  methods: ['POST'],
  input: QuoteRequest,
  output: ManualQuote,
});
export const listQuotes = quotes.list({
  summary: 'List manual quotes',
  description: forOperators,
  scope: read,
  filters: {
    status: ['exact'],
    domain: ['exact'],
    reserve_id: ['exact'],
    respond_by: ['gt', 'gte', 'lt', 'lte'],
    requested_date: ['gt', 'gte', 'lt', 'lte'],
  },
  sort: ['id', 'respond_by', 'requested_date'],
  order: ['id'],
  detailed: AnsweredManualQuote,
});
export const readQuote = quotes.detail({
  summary: 'Read a manual quote',
  description: forOperators,
  scope: read,
  detailed: AnsweredManualQuote,
  refusals: ['unknown_row'],
});
export const answerQuote = quotes.action(':key/answer', {
  summary: 'Answer a manual quote',
  description:
    'Give `penalty` or `percent`, which is rounded half up, and `valid_minutes` or `valid_until`. Until before then ' +
    '`refund/procedure` and `refund/request` go by the answer. It may be answered again, until it is used.',
  inputExample: { percent: 45, valid_minutes: 1440, note: 'Without the taxes.' },
  ...moved,
  refusals: [...moved.refusals, 'already_refunded', 'already_used', 'unknown_passenger', 'passenger_refunded'],
  scope: manage,
  input: QuoteAnswer,
});
export const askAboutQuote = quotes.action(':key/ask', {
  summary: 'Ask the client for what is missing',
  inputExample: { note: 'Which segments were flown?' },
  ...moved,
  scope: manage,
  input: QuoteNote,
});
export const replyToQuote = quotes.action(':key/reply', {
  summary: 'Give what was missing',
  description: 'It is added to `note`, in a line of its own, and the time to answer begins anew.',
  inputExample: { note: 'Tehran to Mashhad, the first one.' },
  ...moved,
  scope: write,
  input: QuoteNote,
});
export const declineQuote = quotes.action(':key/decline', {
  summary: 'Decline to price it',
  inputExample: { note: 'Ask the airline.' },
  ...moved,
  scope: manage,
  input: QuoteNote,
});
export const withdrawQuote = quotes.action(':key/withdraw', {
  summary: 'Withdraw a manual quote',
  ...moved,
  scope: write,
});
