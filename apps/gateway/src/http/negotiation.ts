import { Failure } from '@refundry/errors';
import { mediaTypes, type Format } from '@refundry/resource';
import type { Mount } from '../mounts/mount.js';

/** One `Accept` header asks the same of one mount every time; clients send few different ones. */
const remembered = 500;
const choices = new Map<string, Format | null>();

type Supported = Pick<Mount, 'formats' | 'namedFormats' | 'dialect'>;

interface AcceptRequest {
  query: string;
  accept: string | undefined;
  /** The suffix of the path. */
  suffix: Format | undefined;
}

/**
 * Chooses the format of an answer as Django REST framework does: what the path ends in, then `?format=`, then `Accept`,
 * the more specific types first, without reading q-values.
 *
 * @throws Failure `unknown_format`, then `not_acceptable`
 */
export function negotiate(
  { formats, namedFormats, dialect }: Supported,
  { query, accept = '*/*', suffix }: AcceptRequest,
): Format {
  if (dialect.isAlwaysJson) return 'json';
  const named = suffix ?? namedIn(query, dialect.ignoresCase);
  const candidates = named === '' ? formats : namedFormats.filter((format) => format === named);
  if (candidates.length === 0) throw new Failure('unknown_format');
  if (named === '' && dialect.showsPagesToBrowsers && formats.includes('api') && accept.startsWith(mediaTypes.api))
    return 'api';
  // A page that is asked for by name comes to whatever program the link was opened with.
  const format = named === 'api' ? named : choose(candidates, accept);
  if (!format) throw new Failure('not_acceptable');
  return format;
}

function namedIn(query: string, ignoresCase: boolean): string {
  if (!/format=/i.test(query) && !query.includes('%')) return '';
  return (
    [...new URLSearchParams(query)].findLast(([name]) => (ignoresCase ? name.toLowerCase() : name) === 'format')?.[1] ??
    ''
  );
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
