import { inCamelCase } from '../generated/sources.js';

const kebabCase = /^[a-z][a-z\d]*(-[a-z\d]+)*$/;

/** The names of a noun in the sources: of `gift-cards` the class `GiftCard` and the table `gift_card`. */
export interface ResourceNames {
  /** In a path, in kebab-case: `gift-cards`. */
  readonly path: string;
  readonly variable: string;
  /** `GiftCards`. */
  readonly plural: string;
  /** `GiftCard`. */
  readonly singular: string;
  readonly table: string;
  /** In a sentence: `gift card`. */
  readonly words: string;
  readonly pluralWords: string;
  readonly article: 'A' | 'An';
}

/** @throws Error for a name that is not in kebab-case */
export function requireKebabCase(name: string): string {
  if (!kebabCase.test(name)) throw new Error(`${name} is no name: say it in lower case, words joined by a dash.`);
  return name;
}

export const inPascalCase = (name: string): string => {
  const variable = inCamelCase(name);
  return variable.charAt(0).toUpperCase() + variable.slice(1);
};

/** @param singular of the name, where it is not that without its `s` */
export function resourceNames(path: string, singular = singularOf(requireKebabCase(path))): ResourceNames {
  const words = requireKebabCase(singular).replaceAll('-', ' ');
  return {
    path,
    variable: inCamelCase(path),
    plural: inPascalCase(path),
    singular: inPascalCase(singular),
    table: singular.replaceAll('-', '_'),
    words,
    pluralWords: path.replaceAll('-', ' '),
    article: /^[aeiou]/.test(words) ? 'An' : 'A',
  };
}

/** @throws Error for a name that is no plural */
function singularOf(path: string): string {
  if (path.endsWith('ies')) return `${path.slice(0, -3)}y`;
  if (!path.endsWith('s')) throw new Error(`${path} is no plural: say --singular too.`);
  return path.slice(0, -1);
}
