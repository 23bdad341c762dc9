import { fieldsOf, type Class } from './fields/field.js';

/** A kind of decision that is recorded: its name, its subject, and the fields of that which the record has. */
export interface AuditedAction<Values extends object = object> {
  readonly kind: 'audited action';
  /** The service that records it. */
  readonly service: string;
  /** In the past tense, after its subject: `refund.approved`. */
  readonly action: string;
  readonly summary: string;
  readonly subjectType: string;
  /** The class of the subject. */
  readonly of: Class<Values>;
  /** The fields of the subject that are recorded, and no others. */
  readonly fields: readonly string[];
}

interface AuditedActionsOptions<T extends object, F extends keyof T & string, Name extends string> {
  readonly service: string;
  readonly subjectType: string;
  readonly of: Class<T>;
  readonly fields: readonly F[];
  /** A summary of each, by its past participle. */
  readonly actions: Readonly<Record<Name, string>>;
}

/**
 * Declares the decisions on subjects of a kind: what is not declared can't be recorded.
 *
 * @throws Error for a field that the class doesn't have, and for one that is secret
 */
export function auditedActions<T extends object, F extends keyof T & string, Name extends string>({
  service,
  subjectType,
  of,
  fields,
  actions,
}: AuditedActionsOptions<T, F, Name>): Readonly<Record<Name, AuditedAction<Partial<Pick<T, F>>>>> {
  for (const name of fields) requireRecordable(of, name);
  const declared = Object.entries<string>(actions).map(([name, summary]) => [
    name,
    { kind: 'audited action', service, action: `${subjectType}.${name}`, summary, subjectType, of, fields },
  ]);
  return Object.fromEntries(declared) as Record<Name, AuditedAction<Partial<Pick<T, F>>>>;
}

function requireRecordable(of: Class, name: string): void {
  const field = fieldsOf(of).find((one) => one.name === name);
  if (!field) throw new Error(`${of.name} has no field ${name} that could be recorded.`);
  if (holdsSecret([field])) throw new Error(`${of.name}.${name} is secret, and no record may have it.`);
}

const holdsSecret = (fields: ReturnType<typeof fieldsOf>): boolean =>
  fields.some(({ isSecret, of }) => isSecret || (of !== undefined && holdsSecret(fieldsOf(of))));
