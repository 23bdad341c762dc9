import type { EventConsumer } from './event-consumer.js';

const kebabCase = /^[a-z][a-z\d]*(-[a-z\d]+)*$/;

/** The consumers of a service. */
export class Consumers {
  private readonly byName: ReadonlyMap<string, EventConsumer>;

  /** @throws Error for a name that two have or that is not in kebab-case, and for a consumer that knows no version */
  constructor(readonly all: readonly EventConsumer[]) {
    this.byName = new Map(all.map((consumer) => [consumer.name, consumer]));
    if (this.byName.size < all.length) throw new Error('Two consumers have the same name.');
    for (const { name, versions } of all) {
      if (!kebabCase.test(name)) throw new Error(`${name} is no name of a consumer: it has to be in kebab-case.`);
      if (versions.length === 0) throw new Error(`The consumer ${name} knows no version.`);
    }
  }

  /** The services whose events they consume. */
  get publishers(): readonly string[] {
    return [...new Set(this.all.map(({ type }) => type.service))];
  }

  of(publisher: string): readonly EventConsumer[] {
    return this.all.filter(({ type }) => type.service === publisher);
  }

  /** @throws Error for a name that no consumer has */
  named(name: string): EventConsumer {
    const consumer = this.byName.get(name);
    if (!consumer) throw new Error(`There is no consumer ${name}.`);
    return consumer;
  }

  /** SQL of whether a row of the inbox is one that this release has a handler for. */
  get understands(): string {
    const each = this.all.map(
      ({ name, versions }) => `(consumer = '${name}' and version in (${versions.map(Number).join(', ')}))`,
    );
    return `(${['false', ...each].join(' or ')})`;
  }
}
