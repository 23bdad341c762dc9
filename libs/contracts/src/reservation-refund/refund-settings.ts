import { scopes } from '@refundry/auth';
import { BooleanField, ChoiceField, IntegerField, ListField, StringField } from '@refundry/resource';
import { settings, webhookDefaults, WebhookSettings } from '../settings.js';

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

/** Hours of a day of the week in which operators answer, by the clock of the office. */
export class OfficeHours {
  @ChoiceField({ label: 'Day', choices: weekdays }) day!: Weekday;
  @StringField({ label: 'From this time, HH:MM', maxLength: 5 }) from!: string;
  @StringField({ label: 'Until this time, HH:MM, 24:00 at the latest', maxLength: 5 }) until!: string;
}

/** The settings of reservation refunds. */
export class ReservationSettings extends WebhookSettings {
  @IntegerField({
    label: 'Minutes of office hours in which a manual quote is to be answered',
    required: false,
    minValue: 1,
    maxValue: 43_200,
  })
  quote_response_minutes!: number;
  /** Without any it is always open. */
  @ListField({ label: 'Office hours', required: false, atMost: 21, of: OfficeHours })
  office_hours!: readonly OfficeHours[];
  @StringField({ label: 'Time zone of the office (IANA)', required: false, maxLength: 64 }) office_zone!: string;
  @BooleanField({ label: 'Whether refund/procedure has priced by hand what no rule prices', required: false })
  opens_quotes!: boolean;
  /** In Rial; without it every request waits for somebody. */
  @IntegerField({
    label: 'Requests that pay back at most so much are approved at once',
    required: false,
    allowNull: true,
    minValue: 0,
  })
  approve_above!: number | null;
  @BooleanField({ label: 'Whether a refund is approved by another person than who requested it', required: false })
  second_person_approves!: boolean;
  @BooleanField({ label: 'Whether another than who changed a draft of rules last must publish it', required: false })
  second_person_publishes!: boolean;
}

const { read, manage } = scopes.reservation;

export const reservationSettings = settings<ReservationSettings>({
  family: 'reservation',
  of: ReservationSettings,
  defaults: {
    ...webhookDefaults,
    quote_response_minutes: 240,
    office_hours: [],
    office_zone: 'Asia/Tehran',
    opens_quotes: false,
    approve_above: null,
    second_person_approves: false,
    second_person_publishes: false,
  },
  read,
  manage,
});
