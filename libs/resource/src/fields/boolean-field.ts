import { declareField, refuse, type FieldDecorator, type FieldOptions } from './field.js';

const truths = new Set<unknown>([
  true,
  1,
  'true',
  'True',
  'TRUE',
  't',
  'T',
  '1',
  'yes',
  'Yes',
  'YES',
  'y',
  'Y',
  'on',
  'On',
  'ON',
]);
const falsehoods = new Set<unknown>([
  false,
  0,
  'false',
  'False',
  'FALSE',
  'f',
  'F',
  '0',
  'no',
  'No',
  'NO',
  'n',
  'N',
  'off',
  'Off',
  'OFF',
]);

const spellings = [...truths, ...falsehoods].filter((spelling) => typeof spelling !== 'boolean');

/** PostgreSQL writes `t` and `f`. */
const letterT = 0x74;
const trueJson = Buffer.from('true');
const falseJson = Buffer.from('false');

function convertBoolean(value: unknown): boolean {
  if (truths.has(value)) return true;
  return falsehoods.has(value) ? false : refuse('Must be a valid boolean.');
}

/** True or false, in all the spellings Django REST framework reads. */
export const BooleanField = (options: FieldOptions): FieldDecorator<boolean | null> =>
  declareField(options, {
    kind: 'boolean',
    convert: convertBoolean,
    schema: ({ direction }) =>
      direction === 'answer' ? { type: 'boolean' } : { anyOf: [{ type: 'boolean' }, { enum: spellings }] },
    writeJson: (writer, source, from) => {
      writer.raw(source[from] === letterT ? trueJson : falseJson);
    },
  });
