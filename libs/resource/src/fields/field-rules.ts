import { getMetadataStorage, validateSync } from 'class-validator';
import type { FieldErrors } from '@refundry/errors';

/** A decorator of class-validator on a field. */
export type FieldRule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

type RuledClass = new () => object;

/** Every item of a batch asks for them. */
const known = new WeakMap<RuledClass, readonly FieldRule[]>();

/** The decorators of class-validator on a class, its parents' included. Most classes have none. */
export function rulesOf(type: RuledClass): readonly FieldRule[] {
  const remembered = known.get(type);
  if (remembered) return remembered;
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  known.set(type, rules);
  return rules;
}

/** Whether a rule answers later, which input can't wait for. */
export const isAsynchronous = ({ constraintCls }: FieldRule): boolean =>
  getMetadataStorage()
    .getTargetValidatorConstraints(constraintCls)
    .some((constraint) => constraint.async);

/** A field of a class, and the class of what it holds. */
interface RuledField {
  readonly name: string;
  readonly of: RuledClass | undefined;
}

/**
 * The messages of the rules that converted values break, in the order in which the rules are written. A value that is
 * absent or null breaks none. As in Django REST framework, messages about a nested value as a whole stand under
 * `non_field_errors`.
 */
export function brokenRules(
  type: RuledClass,
  fields: readonly RuledField[],
  values: Readonly<Record<string, unknown>>,
): Record<string, FieldErrors> {
  const errors = validateSync(Object.assign(new type(), values), { skipMissingProperties: true });
  const messages = new Map(
    // A decorator runs after those that are written below it.
    errors.map(({ property, constraints = {} }) => [property, Object.values(constraints).toReversed()]),
  );
  return Object.fromEntries(
    fields.flatMap(({ name, of }) => {
      const broken = messages.get(name) ?? [];
      // `IsDefined` is asked of what is missing too, which is the field's affair.
      if (broken.length === 0 || (values[name] ?? null) === null) return [];
      return [[name, of ? { non_field_errors: broken } : broken]];
    }),
  );
}
