import { IntegerField, ListField, resource, StringField } from '@refundry/resource';
import { reservationErrors } from './errors.js';

/** The meaning of one number. */
export class PublishedError {
  @IntegerField({ label: 'Code' }) code!: number;
  @StringField({ label: 'In English' }) en!: string;
  @StringField({ label: 'In Persian' }) fa!: string;
}

export class PublishedErrors {
  @ListField({ label: 'Errors', of: PublishedError }) errors!: readonly PublishedError[];
}

export const publishErrors = resource({ family: 'reservation', path: 'errors', of: PublishedErrors }).action('', {
  summary: 'What the numbers of errors mean, in English and Persian',
  example: { errors: [{ code: 3001, ...reservationErrors[3001] }] },
  isPublic: true,
  methods: ['GET'],
  output: PublishedErrors,
  isRead: true,
});
