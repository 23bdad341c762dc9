import {
  actorKinds,
  ChoiceField,
  DateTimeField,
  IntegerField,
  JsonField,
  resource,
  StringField,
  type ActorKind,
  type DetailEndpoint,
  type Family,
  type Format,
  type ListEndpoint,
} from '@refundry/resource';

/** A decision that a person, a program's credential or a part of the system made, as an account's record holds it. */
export class AuditEntry {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @DateTimeField({ label: 'Occurred', readOnly: true }) occurred!: string;
  /** Null where a process of the version before has asked. */
  @ChoiceField({ label: 'Kind of actor', choices: actorKinds, readOnly: true, allowNull: true })
  actor_kind!: ActorKind | null;
  /** The number of a token or client, the name of a user, an operator or a part of the system. */
  @StringField({ label: 'Actor', readOnly: true, allowNull: true }) actor!: string | null;
  @StringField({ label: 'Action', readOnly: true }) action!: string;
  @StringField({ label: 'Type of the subject', readOnly: true }) subject_type!: string;
  @StringField({ label: 'ID of the subject', readOnly: true }) subject_id!: string;
  @JsonField({ label: 'Values before', readOnly: true, allowNull: true }) before!: unknown;
  @JsonField({ label: 'Values after', readOnly: true, allowNull: true }) after!: unknown;
  @StringField({ label: 'Reason', readOnly: true, allowNull: true }) reason!: string | null;
  @StringField({ label: 'ID of the request', readOnly: true, allowNull: true }) request_id!: string | null;
}

/** The endpoints of a family's record of decisions. */
export interface AuditEndpoints {
  readonly list: ListEndpoint<AuditEntry>;
  readonly detail: DetailEndpoint<AuditEntry>;
}

interface AuditEndpointsOptions {
  readonly family: Family;
  readonly scope: string;
  /** An entry of the family; its other fields are filled in. */
  readonly example: Pick<AuditEntry, 'action' | 'subject_type' | 'subject_id' | 'before' | 'after'>;
  readonly formats?: readonly Format[];
}

/** Declares the record of a family's decisions. */
export function auditEndpoints({
  family,
  scope,
  example,
  formats = ['json', 'csv', 'xls'],
}: AuditEndpointsOptions): AuditEndpoints {
  const entries = resource({ family, path: 'audit', of: AuditEntry, example: { ...commonExample, ...example } });
  return {
    list: entries.list({
      summary: 'List decisions',
      description:
        'What was decided, by whom, on what, and the values before and after; the latest first. Entries are ' +
        'neither changed nor deleted. Batches and syncs are no decisions: they have events and runs.',
      scope,
      formats,
      filters: {
        actor_kind: ['exact'],
        actor: ['exact'],
        action: ['exact'],
        subject_type: ['exact'],
        subject_id: ['exact'],
        request_id: ['exact'],
        occurred: ['gt', 'gte', 'lt', 'lte'],
      },
      sort: ['id'],
      order: ['-id'],
    }),
    detail: entries.detail({ summary: 'Read a decision', scope }),
  };
}

const commonExample = {
  id: 1,
  occurred: '2026-11-29T05:40:00.125000Z',
  actor_kind: 'token' as const,
  actor: '7',
  reason: null,
  request_id: '0b7c1e3a-5d0f-4a55-9f3e-2a1d6c8e4b90',
};
