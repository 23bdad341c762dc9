import { declareField, refuse, type FieldDecorator, type FieldOptions } from './field.js';

/** Between the keys of a link to a row within a row, in the column's text; the last is never part of a key. */
export const betweenKeys = '\x1f';

interface LinkOptions extends Omit<FieldOptions, 'readOnly' | 'required'> {
  /** The path below the family's base, with `{}` for each key, e.g. `shops/{}`. */
  to: string;
}

/** The address of another resource, made of the keys in its column and of the address that the reader knows us by. */
export const LinkField = ({ to, ...options }: LinkOptions): FieldDecorator<string | null> => {
  const [head, ...parts] = to.split('{}').map((part) => Buffer.from(part)) as [Buffer, ...Buffer[]];
  return declareField(
    { ...options, readOnly: true },
    {
      kind: 'link',
      type: 'field',
      convert: () => refuse('This field is read-only.'),
      schema: () => ({ type: 'string', format: 'uri' }),
      writeJson: (writer, source, from, to) => {
        writer.link(head, parts, source, from, to);
      },
    },
  );
};
