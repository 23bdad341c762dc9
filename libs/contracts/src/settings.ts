import {
  auditedActions,
  fieldsOf,
  IntegerField,
  resource,
  serviceOf,
  type ActionEndpoint,
  type AuditedAction,
  type Class,
  type Family,
} from '@refundry/resource';

/** The settings that every family has. */
export class WebhookSettings {
  /** At least two attempts of the last 24 hours are among them. */
  @IntegerField({
    label: 'Days of nothing but failures after which a webhook is disabled',
    required: false,
    minValue: 1,
    maxValue: 30,
  })
  webhook_failing_days!: number;
}

export const webhookDefaults = { webhook_failing_days: 5 };

/** The settings of a family: what there is to set, and what holds until somebody does. */
export interface Settings<T extends object> {
  readonly of: Class<T>;
  readonly defaults: T;
  readonly read: ActionEndpoint<object, T>;
  readonly update: ActionEndpoint<Partial<T>, T>;
  readonly decisions: { readonly changed: AuditedAction };
}

interface SettingsOptions<T extends object> {
  readonly family: Family;
  readonly of: Class<T>;
  readonly defaults: T;
  /** Scopes. */
  readonly read: string;
  readonly manage: string;
}

/** Declares the settings of a family; all their fields may be left out of a change. */
export function settings<T extends object>(options: SettingsOptions<T>): Settings<T> {
  const { family, of, defaults, read, manage } = options;
  const endpoints = resource({ family, path: 'settings', of, example: defaults, inputExample: defaults });
  const fields = fieldsOf(of).map(({ name }) => name as keyof T & string);
  return {
    of,
    defaults,
    read: endpoints.action<object, T>('', {
      name: 'read',
      summary: 'Read the settings of the account',
      description: 'Those that nobody has changed have their defaults, which the example shows.',
      scope: read,
      methods: ['GET'],
      output: of,
      isRead: true,
    }),
    update: endpoints.action<Partial<T>, T>('', {
      name: 'update',
      summary: 'Change settings of the account',
      description: 'What is left out stays as it is. A change holds for whatever begins after it, and is recorded.',
      scope: manage,
      methods: ['PATCH'],
      input: of,
      output: of,
    }),
    decisions: auditedActions({
      service: serviceOf[family],
      subjectType: 'settings',
      of,
      fields,
      actions: { changed: 'Settings of the account were changed' },
    }),
  };
}
