import { scopes } from '@refundry/auth';
import { ChoiceField, DateTimeField, IntegerField, JsonField, resource, StringField } from '@refundry/resource';

export const reservationStatuses = ['confirmed', 'canceled', 'refund', 'done'] as const;
export type ReservationStatus = (typeof reservationStatuses)[number];

export const reservedServices = ['flight', 'train', 'bus', 'hotel'] as const;
export type ReservedService = (typeof reservedServices)[number];

const longestPnr = 64;

/** What was booked and paid. */
export class Reservation {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Local PNR', maxLength: longestPnr }) local_pnr!: string;
  @StringField({ label: 'Original PNR', required: false, allowNull: true, maxLength: longestPnr }) original_pnr?: string | null;
  @StringField({ label: 'Ticket number', required: false, allowNull: true, maxLength: longestPnr }) number?: string | null;
  @ChoiceField({ label: 'Service', choices: reservedServices }) service!: ReservedService;
  @StringField({ label: 'Supplier', required: false, allowNull: true, maxLength: 100 }) supplier?: string | null;
  @StringField({ label: 'Carrier', required: false, allowNull: true, maxLength: 100 }) carrier?: string | null;
  @StringField({ label: 'Fare class', required: false, allowNull: true, maxLength: 100 }) fare_class?: string | null;
  @DateTimeField({ label: 'Issued at' }) issued_at!: string;
  @DateTimeField({ label: 'Starts at' }) starts_at!: string;
  @StringField({ label: 'Time zone of departure (IANA)', maxLength: 64 }) zone!: string;
  @IntegerField({ label: 'Nights', required: false, allowNull: true, minValue: 1, maxValue: 1000 }) nights?: number | null;
  @IntegerField({ label: 'Passengers', required: false, minValue: 1, maxValue: 10_000 }) passengers?: number;
  @IntegerField({ label: 'Price, in Rial', minValue: 0 }) price!: number;
  @ChoiceField({ label: 'Status', choices: reservationStatuses }) status!: ReservationStatus;
  @DateTimeField({ label: 'Created date', readOnly: true }) created_date!: string;
  @DateTimeField({ label: 'Modified date', readOnly: true }) modified_date!: string;
}

const { read, write } = scopes.reservation;
const reservations = resource({ family: 'reservation', path: 'reservations', of: Reservation });

export const listReservations = reservations.list({
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
});
export const readReservation = reservations.detail({ scope: read });
/** What is not there yet is made. */
export const saveReservation = reservations.replace({ scope: write });

export class BookQuestion {
  @StringField({ label: 'Local PNR', maxLength: longestPnr }) local_pnr!: string;
}

export interface BookPnr {
  readonly local: string;
  readonly original: string | null;
  readonly number: string | null;
}

/** How a booking stands. */
export class BookStatus {
  @ChoiceField({ label: 'Status', choices: reservationStatuses }) status!: ReservationStatus;
  @JsonField({ label: 'PNR' }) pnr!: BookPnr;
}

export const readBookStatus = resource({ family: 'reservation', path: 'book', of: BookStatus }).action('status', { scope: read, methods: ['GET', 'POST'], input: BookQuestion, mergesQuery: true, output: BookStatus, isRead: true });
