import {
  ChoiceField,
  DateTimeField,
  IntegerField,
  resource,
  StringField,
  type Family,
  type Format,
  type ListEndpoint,
} from '@refundry/resource';

/** `other` stands for all credentials and endpoints of an account beyond those that are counted one by one. */
export const usageCredentialKinds = ['token', 'oauth_user', 'signed_token', 'other'] as const;
export type UsageCredentialKind = (typeof usageCredentialKinds)[number];

export const usageIntervals = ['days', 'months'] as const;
export const usageGroupings = ['credential', 'endpoint', 'credential,endpoint', 'endpoint,credential'] as const;

/** The requests of an account in a period. Fields that they are not grouped by are null. */
export class Usage {
  /** The beginning of the day or month, in UTC. */
  @DateTimeField({ label: 'Period', readOnly: true }) period!: string;
  @ChoiceField({ label: 'Credential kind', choices: usageCredentialKinds, readOnly: true, allowNull: true })
  credential_kind!: UsageCredentialKind | null;
  /** The number of a token, a user name, or a domain with the number of an organisation token. */
  @StringField({ label: 'Credential ID', readOnly: true, allowNull: true }) credential_id!: string | null;
  /** Method and path. */
  @StringField({ label: 'Endpoint', readOnly: true, allowNull: true }) endpoint!: string | null;
  @IntegerField({ label: 'Requests', readOnly: true }) requests!: number;
  /** Answered with 4xx, those that were throttled excepted. */
  @IntegerField({ label: 'Client errors', readOnly: true }) client_errors!: number;
  /** Answered with 429. */
  @IntegerField({ label: 'Throttled', readOnly: true }) throttled!: number;
  /** Answered with 5xx. */
  @IntegerField({ label: 'Server errors', readOnly: true }) server_errors!: number;
  /** Sent in bodies of answers. */
  @IntegerField({ label: 'Bytes', readOnly: true }) bytes!: number;
}

/** How usage is summed up. */
export class UsageGrouping {
  @ChoiceField({ label: 'The length of a period; `days` unless it is said', choices: usageIntervals, required: false })
  interval?: (typeof usageIntervals)[number];
  @ChoiceField({
    label: 'What a period is divided by; a filter divides by what it names',
    choices: usageGroupings,
    required: false,
  })
  by?: (typeof usageGroupings)[number];
}

/** The usage of a family's paths. */
export interface UsageEndpoints {
  readonly list: ListEndpoint<Usage, UsageGrouping>;
}

interface UsageEndpointsOptions {
  readonly family: Family;
  readonly scope: string;
  readonly formats: readonly Format[];
  /** A credential of the family and an endpoint, in examples. */
  readonly example: Pick<Usage, 'credential_kind' | 'credential_id' | 'endpoint'>;
}

/** Declares the usage of a family, which accounts keeps for 400 days. */
export function usageEndpoints({ family, scope, formats, example }: UsageEndpointsOptions): UsageEndpoints {
  const usage = resource({
    family,
    service: 'accounts',
    path: 'usage',
    of: Usage,
    title: 'Usage',
    example: {
      period: '2026-11-29T00:00:00Z',
      ...example,
      requests: 1842,
      client_errors: 17,
      throttled: 4,
      server_errors: 0,
      bytes: 5_242_880,
    },
  });
  return {
    list: usage.list({
      summary: 'List usage',
      description:
        'The requests of the account below this base in the last 400 days, summed up by days or months in UTC, and ' +
        'on request by credential and endpoint. A request counts when it is answered, and is seen here some 10 ' +
        'seconds later. Those whose credential was refused belong to nobody.',
      scope,
      formats,
      query: UsageGrouping,
      filters: {
        period: ['gt', 'gte', 'lt', 'lte'],
        credential_kind: ['exact'],
        credential_id: ['exact'],
        endpoint: ['exact'],
      },
      sort: ['period', 'requests', 'bytes'],
      order: ['-period', 'id'],
    }),
  };
}
