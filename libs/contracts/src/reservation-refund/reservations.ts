import { scopes } from '@refundry/auth';
import {
  ChoiceField,
  DateTimeField,
  IntegerField,
  ListField,
  ObjectField,
  resource,
  StringField,
  ZonedDateTimeField,
} from '@refundry/resource';

export const reservationStatuses = ['confirmed', 'canceled', 'refund', 'done'] as const;
export type ReservationStatus = (typeof reservationStatuses)[number];

export const reservedServices = ['flight', 'train', 'bus', 'hotel'] as const;
export type ReservedService = (typeof reservedServices)[number];

/** Passengers that rules may tell apart. */
export const passengerTypes = ['adult', 'child', 'infant'] as const;
export type PassengerType = (typeof passengerTypes)[number];

const maxPnr = 64;
export const maxPassengers = 10_000;
/** Of a reservation whose passengers have prices of their own. */
const maxPassengerPrices = 500;

/** The booked and paid item. */
export class Reservation {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Local PNR', maxLength: maxPnr }) local_pnr!: string;
  @StringField({ label: 'Original PNR', required: false, allowNull: true, maxLength: maxPnr }) original_pnr?:
    string | null;
  @StringField({ label: 'Ticket number', required: false, allowNull: true, maxLength: maxPnr }) number?: string | null;
  @ChoiceField({ label: 'Service', choices: reservedServices }) service!: ReservedService;
  @StringField({ label: 'Supplier', required: false, allowNull: true, maxLength: 100 }) supplier?: string | null;
  @StringField({ label: 'Carrier', required: false, allowNull: true, maxLength: 100 }) carrier?: string | null;
  @StringField({ label: 'Fare class', required: false, allowNull: true, maxLength: 100 }) fare_class?: string | null;
  @ZonedDateTimeField({ label: 'Issued at' }) issued_at!: string;
  @ZonedDateTimeField({ label: 'Starts at' }) starts_at!: string;
  @StringField({ label: 'Time zone of departure (IANA)', maxLength: 64 }) zone!: string;
  @IntegerField({ label: 'Nights', required: false, allowNull: true, minValue: 1, maxValue: 1000 }) nights?:
    number | null;
  @IntegerField({ label: 'Passengers', required: false, minValue: 1, maxValue: maxPassengers }) passengers?: number;
  @IntegerField({ label: 'Price, in Rial', minValue: 0 }) price!: number;
  @ChoiceField({ label: 'Status', choices: reservationStatuses }) status!: ReservationStatus;
  @DateTimeField({ label: 'Created date', readOnly: true }) created_date!: string;
  @DateTimeField({ label: 'Modified date', readOnly: true }) modified_date!: string;
}

/** The price of a passenger's part of a reservation. */
export class PassengerPrice {
  /** The place among the passengers, from 1 on. */
  @IntegerField({ label: 'Passenger', minValue: 1, maxValue: maxPassengers }) passenger!: number;
  @StringField({ label: 'Name', required: false, allowNull: true, maxLength: 100 }) name?: string | null;
  @IntegerField({ label: 'Price, in Rial', minValue: 0 }) price!: number;
  /** An adult, unless it is said. */
  @ChoiceField({ label: 'Type', required: false, allowNull: true, choices: passengerTypes })
  type?: PassengerType | null;
}

/** A reservation with what each passenger costs; without prices of their own they share the price evenly. */
export class DetailedReservation extends Reservation {
  @ListField({
    label: 'Prices of the passengers',
    required: false,
    isDescribed: false,
    allowNull: true,
    atMost: maxPassengerPrices,
    of: PassengerPrice,
  })
  passenger_prices?: readonly PassengerPrice[] | null;
}

const { read, write } = scopes.reservation;
const inputExample = {
  local_pnr: 'L10011',
  original_pnr: 'O10011',
  service: 'flight',
  supplier: 'Mahan',
  carrier: 'W5',
  fare_class: 'Y',
  issued_at: '2026-01-01T08:00:00Z',
  starts_at: '2026-07-01T08:00:00+03:30',
  zone: 'Asia/Tehran',
  passengers: 1,
  price: 10_000_000,
  status: 'confirmed',
};
const example = {
  ...inputExample,
  id: 10011,
  number: null,
  starts_at: '2026-07-01T04:30:00Z',
  nights: null,
  created_date: '2026-01-01T08:00:01.298861Z',
  modified_date: '2026-01-01T08:00:01.298861Z',
};
const reservations = resource({ family: 'reservation', path: 'reservations', of: Reservation, example, inputExample });

export const listReservations = reservations.list({
  summary: 'List reservations',
  scope: read,
  filters: {
    status: ['exact'],
    service: ['exact'],
    supplier: ['exact'],
    carrier: ['exact'],
    starts_at: ['gt', 'gte', 'lt', 'lte'],
    modified_date: ['gt', 'gte', 'lt', 'lte'],
  },
  sort: ['id', 'starts_at', 'modified_date'],
  order: ['id'],
  detailed: DetailedReservation,
});
const savingText =
  'What is not there yet is made. Times without an offset are times of the clock in `zone`: of one that it ' +
  'shows twice the second is meant, one that it leaps over comes as much later. `passenger_prices` has one entry for ' +
  'each of the `passengers`, and they add up to `price`; left out, those that were given before hold as long as they ' +
  'do. While some passengers are refunded and others are not, neither prices nor passengers may change.';
export const readReservation = reservations.detail({
  summary: 'Read a reservation',
  scope: read,
  detailed: DetailedReservation,
  refusals: ['unknown_reservation'],
});
export const saveReservation = reservations.replace({
  summary: 'Save a reservation',
  description: savingText,
  scope: write,
  detailed: DetailedReservation,
  refusals: ['wrong_state'],
});

export class BookQuestion {
  @StringField({ label: 'Local PNR', maxLength: maxPnr }) local_pnr!: string;
}

/** By what a booking is known. */
export class BookPnr {
  @StringField({ label: 'Local' }) local!: string;
  @StringField({ label: 'Original', allowNull: true }) original!: string | null;
  @StringField({ label: 'Ticket number', allowNull: true }) number!: string | null;
}

/** How a booking stands. */
export class BookStatus {
  @ChoiceField({ label: 'Status', choices: reservationStatuses }) status!: ReservationStatus;
  @ObjectField({ label: 'PNR', of: BookPnr }) pnr!: BookPnr;
}

export const readBookStatus = resource({ family: 'reservation', path: 'book', of: BookStatus }).action('status', {
  summary: 'How a booking stands',
  inputExample: { local_pnr: 'L10011' },
  example: { status: 'confirmed', pnr: { local: 'L10011', original: 'O10011', number: null } },
  refusals: ['unknown_reservation', 'ambiguous_pnr'],
  scope: read,
  methods: ['GET', 'POST'],
  input: BookQuestion,
  mergesQuery: true,
  output: BookStatus,
  isRead: true,
});
