import { fieldsOf, type Class, type Field, type SchemaContext } from './fields/field.js';
import { orNull, type JsonSchema } from './json-schema.js';

/** The schema of the objects of a class. @param isPartial whether input may leave everything out */
export function classSchema(type: Class, context: SchemaContext, isPartial = false): JsonSchema {
  const fields = fieldsOf(type).filter(({ readOnly }) => context.direction === 'answer' || !readOnly);
  const required = isPartial
    ? []
    : fields.filter(context.direction === 'answer' ? isAnswered : (field) => mustBeBrought(field, fields));
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, describe(field, context)])),
    ...(required.length > 0 && { required: required.map(({ name }) => name) }),
  };
}

const isAnswered = ({ isAlwaysAnswered }: Field): boolean => isAlwaysAnswered;

/** Of a field with two names either will do, which `required` can't say. */
const mustBeBrought = ({ name, required, sameAs }: Field, fields: readonly Field[]): boolean =>
  required && sameAs === undefined && fields.every((other) => other.sameAs !== name);

function describe(field: Field, context: SchemaContext): JsonSchema {
  const schema = field.schema(context);
  const description = descriptionOf(field);
  return { ...(field.allowNull ? orNull(schema) : schema), ...(description !== undefined && { description }) };
}

/** A label that only repeats the name tells nothing. */
function descriptionOf({ name, label, sameAs }: Field): string | undefined {
  if (sameAs !== undefined) return `Another name of \`${sameAs}\`; either will do.`;
  return label.toLowerCase().replaceAll(' ', '_') === name.toLowerCase() ? undefined : label;
}
