/** A cancellation reason as the list and the detail answer it. */
export interface Reason {
  readonly id: number;
  readonly cancellation_type: string;
  readonly created_date: string;
  readonly modified_date: string;
  readonly omnitron_id: number;
  readonly subject: string;
  readonly extra_information_needed: boolean;
  readonly ordering: number;
  readonly is_active: boolean;
}

export interface ReasonPage {
  readonly count: number;
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly Reason[];
}

/** A cancellation reason as Omnitron has it. */
export interface UpstreamReason {
  readonly pk: number;
  readonly cancellation_type: string;
  readonly subject: string;
  readonly order: number;
  readonly extra_information_needed: boolean;
  readonly is_active: boolean;
  readonly send_to_oms: boolean;
}

export const upstreamReason = (pk: number, fields: Partial<UpstreamReason> = {}): UpstreamReason => ({
  pk,
  cancellation_type: 'cancel',
  subject: `Reason ${pk}`,
  order: 100,
  extra_information_needed: false,
  is_active: true,
  send_to_oms: true,
  ...fields,
});

/** So many reasons, with the keys 1, 2, 3, … */
export const upstreamReasons = (count: number): UpstreamReason[] =>
  Array.from({ length: count }, (_, index) => upstreamReason(index + 1));

/** A reason by its upstream key. */
export function ofUpstream(reasons: readonly Reason[], pk: number): Reason {
  const found = reasons.find((reason) => reason.omnitron_id === pk);
  if (!found) throw new Error(`there is no reason with the upstream key ${pk}`);
  return found;
}

export const idsOf = (reasons: readonly Reason[]): number[] => reasons.map(({ id }) => id);
