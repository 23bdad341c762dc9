import { classSchema, type Class, type Direction, type JsonSchema } from '@refundry/resource';
import type { Reference } from './openapi.js';

/** The components that operations refer to, by kind and name. A class that is described twice stands here once. */
export class Components {
  private readonly kinds = new Map<string, Map<string, object>>();
  /** By kind, name without a number, and content. */
  private readonly shared = new Map<string, Reference>();

  /**
   * @param answered the classes that are answered: only where the input of one differs does it need a name of its own
   */
  constructor(private readonly answered: ReadonlySet<Class>) {}

  /** The schema of a class's objects. */
  readonly ofClass = (type: Class, direction: Direction, isPartial = false): JsonSchema => {
    const name = `${isPartial ? 'Partial' : ''}${type.name}${
      direction === 'input' && this.answered.has(type) ? 'Input' : ''
    }`;
    return this.refer('schemas', name, () =>
      classSchema(type, { direction, refer: (other) => this.ofClass(other, direction) }, isPartial),
    );
  };

  schema(name: string, make: () => JsonSchema): JsonSchema {
    return this.refer('schemas', name, make);
  }

  /** Refers to a component, which is made when it is first referred to. */
  refer(kind: string, name: string, make: () => object): Reference {
    const named = this.named(kind);
    if (!named.has(name)) {
      // A schema may refer to itself.
      named.set(name, {});
      named.set(name, make());
    }
    return { $ref: `#/components/${kind}/${name}` };
  }

  /** Refers to whatever is the same; its name ends in a number where others have begun with that name. */
  share(kind: string, name: string, value: object): Reference {
    const content = `${kind} ${name} ${JSON.stringify(value)}`;
    const known = this.shared.get(content);
    if (known) return known;
    const named = this.named(kind);
    let free = name;
    for (let number = 2; named.has(free); number += 1) free = `${name}-${number}`;
    const reference = this.refer(kind, free, () => value);
    this.shared.set(content, reference);
    return reference;
  }

  private named(kind: string): Map<string, object> {
    const named = this.kinds.get(kind) ?? new Map<string, object>();
    this.kinds.set(kind, named);
    return named;
  }

  toObject(): Record<string, Record<string, object>> {
    return Object.fromEntries(
      [...this.kinds].map(([kind, named]) => [
        kind,
        Object.fromEntries([...named].sort(([left], [right]) => (left < right ? -1 : 1))),
      ]),
    );
  }
}
