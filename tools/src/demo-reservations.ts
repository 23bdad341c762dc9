const day = 24 * 60 * 60_000;
const hour = 60 * 60_000;
const zone = 'Asia/Tehran';

/** The tiers common in Iran; a train has none, so that nothing of it can be told. */
const rules = [
  {
    name: 'Domestic flights',
    service: 'flight',
    grace_minutes: 15,
    tiers: [
      { days_before: 3, clock: '12:00', percent: 30 },
      { days_before: 1, clock: '12:00', percent: 60 },
      { minutes_before: 180, percent: 70 },
      { minutes_before: 0, percent: 100 },
    ],
  },
  {
    name: 'Hotels by nights',
    service: 'hotel',
    tiers: [
      { days_before: 7, clock: '14:00', percent: 0 },
      { days_before: 2, clock: '14:00', nights: 1, rounding: 1000 },
      { minutes_before: 0, nights: 2, rounding: 1000 },
      { no_show: true, percent: 100 },
    ],
  },
];

/** Lower penalties: one that holds, and one that waits for a second person. */
const waivers = [
  { reserve_id: '10013', code: 'schedule_change', percent_off: 50 },
  { reserve_id: '10022', code: 'goodwill', penalty: 0, note: 'A regular guest' },
];

/** The open quote: the agency asks an operator to price the train. */
export const demoQuote = { reserve_id: 10_031, category: 'other', note: 'The train was cancelled.' };

interface Booking {
  readonly id: number;
  readonly service: 'flight' | 'hotel' | 'train';
  /** How long from now it starts. */
  readonly startsIn: number;
  /** In Rial. */
  readonly price: number;
  readonly status?: 'confirmed' | 'done';
  /** As many as its kind usually has, unless it is said. */
  readonly passengers?: number;
}

/** 10011 is the one that the document prints. */
const bookings: readonly Booking[] = [
  { id: 10_011, service: 'flight', startsIn: 10 * day, price: 13_024_000 },
  { id: 10_012, service: 'flight', startsIn: 2 * day, price: 9_850_000 },
  { id: 10_013, service: 'flight', startsIn: 5 * hour, price: 11_400_000 },
  { id: 10_014, service: 'flight', startsIn: 2 * hour, price: 11_400_000 },
  { id: 10_015, service: 'flight', startsIn: -day, price: 8_700_000 },
  { id: 10_016, service: 'flight', startsIn: -30 * day, price: 8_700_000, status: 'done' },
  { id: 10_017, service: 'flight', startsIn: 9 * day, price: 10_000_000, passengers: 3 },
  { id: 10_021, service: 'hotel', startsIn: 20 * day, price: 48_000_000 },
  { id: 10_022, service: 'hotel', startsIn: 4 * day, price: 50_000_000 },
  { id: 10_031, service: 'train', startsIn: 6 * day, price: 4_300_000 },
];

/** The common fields of each service's bookings. */
const offers = {
  flight: { supplier: 'charter-118', carrier: 'W5', fare_class: 'Y', nights: null, passengers: 1 },
  hotel: { supplier: 'hotel-mashhad', carrier: null, fare_class: null, nights: 3, passengers: 2 },
  train: { supplier: 'raja', carrier: 'Fadak', fare_class: null, nights: null, passengers: 1 },
} as const;

function reservationOf(
  { id, service, startsIn, price, status = 'confirmed', passengers = offers[service].passengers }: Booking,
  now: number,
): object {
  const startsAt = Math.floor((now + startsIn) / hour) * hour;
  return {
    local_pnr: `RF${id}`,
    original_pnr: `${service.charAt(0).toUpperCase()}Q${id}`,
    number: service === 'hotel' ? null : `098-${id}`,
    service,
    ...offers[service],
    passengers,
    issued_at: new Date(startsAt - 40 * day).toISOString(),
    starts_at: new Date(startsAt).toISOString(),
    zone,
    price,
    status,
  };
}

/**
 * The reservations posted by the demo account's agency: its rule sets to `refund/rules`, each reservation to
 * `reservations/{id}` by PUT, and waivers to `refund/waivers`.
 */
export const demoReservations = (
  now: number,
): {
  readonly rules: readonly object[];
  readonly reservations: readonly (readonly [id: number, reservation: object])[];
  readonly waivers: readonly object[];
} => ({ rules, reservations: bookings.map((booking) => [booking.id, reservationOf(booking, now)]), waivers });
