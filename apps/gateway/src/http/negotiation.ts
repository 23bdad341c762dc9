import { acceptedFormats, Failure, mediaTypes, type Format } from '@refundry/resource';

/** One `Accept` header asks the same of one mount every time; clients send few different ones. */
const remembered = 500;
const choices = new Map<string, Format | null>();

/**
 * Chooses the format of an answer as Django REST framework does: `?format=` first, then `Accept`, the more specific types
 * first, without reading q-values.
 *
 * @param offered the mount's formats, the preferred one first
 * @throws Failure `unknown_format`, then `not_acceptable`
 */
export function negotiate(offered: readonly Format[], query: string, accept = '*/*'): Format {
  const asked = query.includes('format=') || query.includes('%') ? (new URLSearchParams(query).getAll('format').at(-1) ?? '') : '';
  const accepted = acceptedFormats(offered);
  const formats = asked === '' ? accepted : accepted.filter((format) => format === asked);
  if (formats.length === 0) throw new Failure('unknown_format');
  const format = choose(formats, accept);
  if (!format) throw new Failure('not_acceptable');
  return format;
}

function choose(formats: readonly Format[], accept: string): Format | null {
  const key = `${formats.join()} ${accept}`;
  let choice = choices.get(key);
  if (choice === undefined) {
    choice = match(formats, accept);
    if (choices.size < remembered) choices.set(key, choice);
  }
  return choice;
}

function match(formats: readonly Format[], accept: string): Format | null {
  const ranges = accept.split(',').map(mediaRange);
  for (const specificity of [3, 2, 1, 0]) {
    const equallySpecific = ranges.filter((range) => range.specificity === specificity);
    const format = formats.find((candidate) => equallySpecific.some((range) => range.matches(mediaTypes[candidate])));
    if (format) return format;
  }
  return null;
}

interface MediaRange {
  specificity: number;
  matches(mediaType: string): boolean;
}

function mediaRange(text: string): MediaRange {
  const [fullType = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const [type, subtype = ''] = fullType.split('/', 2);
  const hasParameters = parameters.some((parameter) => parameter !== '' && !parameter.startsWith('q='));
  return {
    specificity: type === '*' ? 0 : subtype === '*' ? 1 : hasParameters ? 3 : 2,
    matches: (mediaType) => {
      const [ourType, ourSubtype] = mediaType.split('/', 2);
      return (type === '*' || type === ourType) && (subtype === '*' || subtype === ourSubtype);
    },
  };
}
