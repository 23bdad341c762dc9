import { IntegerField, ListField, resource, StringField } from '@refundry/resource';

/** What one number means. */
export class PublishedError {
  @IntegerField({ label: 'Code' }) code!: number;
  @StringField({ label: 'In English' }) en!: string;
  @StringField({ label: 'In Persian' }) fa!: string;
}

export class PublishedErrors {
  @ListField({ label: 'Errors', of: PublishedError }) errors!: readonly PublishedError[];
}

export const publishErrors = resource({ family: 'reservation', path: 'errors', of: PublishedErrors }).action('', { isOpen: true, methods: ['GET'], output: PublishedErrors, isRead: true });
