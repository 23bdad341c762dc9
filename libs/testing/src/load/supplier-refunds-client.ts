import type { Random } from '../random.js';
import type { Question } from './http-client.js';
import { ExpectedDocuments, type Content, type Effect, type StoredDocument } from './expected-documents.js';
import { Found, LoadClient, type LoadContext, type ConfirmedReply } from './load-client.js';
import { RetailSession, type RetailLogin } from './retail-session.js';

const list = 'supplier-refunds/';
const slots = 48;
const maxBatchSize = 40;
const smallPage = 20;
const maxPage = 10_000;

interface Saved {
  readonly created: number;
  readonly updated: number;
}

interface Page {
  readonly count: number;
  readonly next: string | null;
  readonly results: readonly AnsweredRefund[];
}

interface AnsweredRefund {
  readonly document_id: string;
  readonly description: string | null;
  readonly products: readonly { readonly product_id: string }[];
}

/** A batch that was acknowledged under a key, which must be answered the same ever after. */
interface KeyedBatch {
  readonly key: string;
  readonly body: unknown;
  readonly answer: string;
}

/**
 * The behaviour of an ERP: it saves batches, again and again, removes some, and reads what is there. It alone writes to
 * its shop.
 */
export class SupplierRefundsClient extends LoadClient {
  readonly expected = new ExpectedDocuments();
  readonly shop: string;
  private readonly session: RetailSession;
  private lastKeyed: KeyedBatch | undefined;
  /** A document that a request without a key may still change is left alone, and its place is taken by another. */
  private readonly successors = new Map<number, number>();
  /** An entry that stands there twice is chosen twice as often. */
  private readonly choices: readonly ((random: Random, mark: string) => Promise<void>)[] = [
    (random, mark) => this.saveBatch(random, mark),
    (random, mark) => this.saveBatch(random, mark),
    (random, mark) => this.saveBatch(random, mark),
    (random, mark) => this.saveOne(random, mark),
    (random, mark) => this.saveUnchanged(random, mark),
    (random, mark) => this.saveBadly(random, mark),
    () => this.sendAgain(),
    (_random, mark) => this.reuseKey(mark),
    (random, mark) => this.patch(random, mark),
    (random) => this.removeSome(random),
    (random) => this.removeOne(random),
    () => this.look(),
    () => this.look(),
    () => this.readAll(),
    () => this.refresh(),
  ];

  constructor(name: string, context: LoadContext, login: RetailLogin) {
    super(name, context);
    this.shop = `${name} of ${context.seed}`;
    this.session = new RetailSession(login);
  }

  protected override async begin(): Promise<void> {
    await this.logIn();
  }

  protected async operate(random: Random, number: number): Promise<void> {
    await random.of(this.choices)(random, String(number));
  }

  protected async verify(): Promise<void> {
    await this.look();
    await this.readAll();
  }

  private async saveBatch(random: Random, mark: string): Promise<void> {
    const documents = this.someIds(random, random.between(1, maxBatchSize)).map(
      (id) => [id, contentOf(mark, random.between(1, 3))] as const,
    );
    await this.save(`batch ${mark}`, new Map(documents), `${this.shop} ${mark}`);
  }

  private async saveOne(random: Random, mark: string): Promise<void> {
    const slot = random.below(slots);
    const { wasUnsure } = await this.save(`one ${mark}`, new Map([[this.idOf(slot), contentOf(mark, 2)]]), undefined);
    if (wasUnsure) this.leaveAlone(slot);
  }

  private async saveUnchanged(random: Random, mark: string): Promise<void> {
    const known = this.someIds(random, 8).filter((id) => this.expected.content(id));
    if (known.length > 0)
      await this.save(
        `unchanged ${mark}`,
        new Map(known.map((id) => [id, this.expected.content(id)])),
        `${this.shop} ${mark}`,
      );
  }

  private async save(what: string, effect: Effect, key: string | undefined): Promise<ConfirmedReply> {
    const body = [...effect].map(([id, content]) => this.posted(id, content!));
    const created = this.expected.newAmong(effect.keys());
    this.expected.begin(effect);
    const known = await this.retryUntilExpected({
      operation: 'POST supplier-refunds',
      subject: what,
      question: () =>
        this.session.question(
          'POST',
          list,
          body.length === 1 ? body[0] : body,
          key === undefined ? {} : { 'idempotency-key': key },
        ),
      // The attempt before may be under way still.
      expected: [201],
      notNow: 409,
      between: () => this.glance(),
    });
    this.expected.acknowledged();
    if (key !== undefined) this.lastKeyed = { key, body: body.length === 1 ? body[0] : body, answer: known.reply.text };
    if (key !== undefined || !known.wasUnsure)
      this.compareCounts(what, known.reply.json as Saved, { created, updated: effect.size - created });
    return known;
  }

  private compareCounts(what: string, { created, updated }: Saved, wanted: Saved): void {
    if (created === wanted.created && updated === wanted.updated) return;
    const kind =
      created + updated !== wanted.created + wanted.updated
        ? 'wrong answer'
        : created < wanted.created
          ? 'doubled'
          : 'lost';
    this.found(
      kind,
      what,
      `created ${created} and updated ${updated}, instead of ${wanted.created} and ${wanted.updated}`,
    );
  }

  private async sendAgain(): Promise<void> {
    if (!this.lastKeyed) return;
    const { key, body, answer } = this.lastKeyed;
    const { reply } = await this.retryUntilExpected({
      operation: 'POST supplier-refunds again',
      subject: key,
      question: () => this.session.question('POST', list, body, { 'idempotency-key': key }),
      expected: [201],
      notNow: 409,
    });
    if (reply.text !== answer)
      this.found('doubled', key, `was answered ${answer}, and ${reply.text} when it was sent again`);
  }

  private async reuseKey(mark: string): Promise<void> {
    if (!this.lastKeyed) return;
    const { key } = this.lastKeyed;
    await this.retryUntilExpected({
      operation: 'POST supplier-refunds of another kind',
      subject: key,
      question: () =>
        this.session.question('POST', list, this.posted(this.idOf(0), contentOf(`refused ${mark}`, 1)), {
          'idempotency-key': key,
        }),
      expected: [422],
      notNow: 409,
    });
  }

  private async saveBadly(random: Random, mark: string): Promise<void> {
    const body = this.someIds(random, 3).map((id) => this.posted(id, contentOf(`refused ${mark}`, 1)));
    await this.retryUntilExpected({
      operation: 'POST supplier-refunds badly',
      subject: mark,
      question: () =>
        this.session.question('POST', list, [...body, { ...body[0], date: 'yesterday' }], {
          'idempotency-key': `${this.shop} ${mark}`,
        }),
      expected: [400],
    });
  }

  private async patch(random: Random, mark: string): Promise<void> {
    const slot = random.below(slots);
    const id = this.idOf(slot);
    const before = this.expected.content(id);
    if (!before) return;
    this.expected.begin(new Map([[id, { ...before, description: mark }]]));
    const { wasUnsure } = await this.retryUntilExpected({
      operation: 'PATCH supplier-refunds',
      subject: id,
      question: () => this.session.question('PATCH', this.pathOf(id), { description: mark }),
      expected: [200],
    });
    this.expected.acknowledged();
    if (wasUnsure) this.leaveAlone(slot);
  }

  private async removeSome(random: Random): Promise<void> {
    const chosen = random.someOf(
      Array.from({ length: slots }, (_, slot) => slot),
      4,
    );
    const ids = chosen.map((slot) => this.idOf(slot));
    this.expected.begin(new Map(ids.map((id) => [id, undefined])));
    const { wasUnsure } = await this.retryUntilExpected({
      operation: 'DELETE supplier-refunds',
      subject: ids.join(),
      question: () => this.session.question('DELETE', list, { identifiers: ids.map((id) => this.publicKey(id)) }),
      expected: [204],
      between: () => this.glance(),
    });
    this.expected.acknowledged();
    if (wasUnsure)
      chosen.forEach((slot) => {
        this.leaveAlone(slot);
      });
  }

  private async removeOne(random: Random): Promise<void> {
    const slot = random.below(slots);
    const id = this.idOf(slot);
    if (!this.expected.content(id)) return;
    this.expected.begin(new Map([[id, undefined]]));
    // The attempt before may have removed it.
    const { reply, wasUnsure } = await this.retryUntilExpected({
      operation: 'DELETE supplier-refund',
      subject: id,
      question: () => this.session.question('DELETE', this.pathOf(id)),
      expected: [204, 404],
    });
    if (reply.status === 404 && !wasUnsure) this.found('lost', id, 'is not there to be removed');
    this.expected.acknowledged();
    if (wasUnsure) this.leaveAlone(slot);
  }

  /** Reads its shop, page by page; nobody else writes there. */
  private async look(): Promise<void> {
    const found: StoredDocument[] = [];
    for (let page = 1, more = true; more; page += 1) {
      const { reply } = await this.retryUntilExpected({
        operation: 'GET supplier-refunds',
        subject: `page ${page}`,
        question: () => this.page(page, smallPage),
        expected: [200],
      });
      const { count, next, results } = reply.json as Page;
      if (count !== this.expected.ids.length)
        this.found('wrong answer', `page ${page}`, `the list counts ${count}, instead of ${this.expected.ids.length}`);
      found.push(...results.map(storedOf));
      more = next !== null;
    }
    this.compare(found);
  }

  /** Looks once, while it isn't known what has become of a write. */
  private async glance(): Promise<void> {
    const reply = await this.attempt('GET supplier-refunds', 'at a glance', this.page(1, maxPage), (status) =>
      this.outcomeOf(status),
    );
    if (reply?.status === 200) this.compare((reply.json as Page).results.map(storedOf));
  }

  /** Reads what all clients of the account have; others write meanwhile. */
  private async readAll(): Promise<void> {
    const { reply } = await this.retryUntilExpected({
      operation: 'GET supplier-refunds',
      subject: 'all',
      question: () => this.session.question('GET', `${list}?page_size=${maxPage}`),
      expected: [200],
    });
    const { count, results } = reply.json as Page;
    if (count !== results.length)
      this.found('wrong answer', 'all', `the list counts ${count} and has ${results.length}`);
  }

  private async refresh(): Promise<void> {
    const { reply, wasUnsure } = await this.retryUntilExpected({
      operation: 'refresh',
      subject: 'token',
      question: () => this.session.byRefreshToken(),
      expected: [200, 400],
    });
    if (reply.status === 200) {
      this.session.take(reply);
      return;
    }
    if (!wasUnsure) this.found('lost', 'token', `a refresh token that was never used was answered ${reply.text}`);
    // The attempt before has used it.
    await this.logIn();
  }

  private async logIn(): Promise<void> {
    const { reply } = await this.retryUntilExpected({
      operation: 'log in',
      subject: 'token',
      question: () => this.session.byPassword(),
      expected: [200],
    });
    this.session.take(reply);
  }

  private compare(found: readonly StoredDocument[]): void {
    const faults = this.expected.compare(found);
    if (faults.length > 0)
      throw new Found(faults.map(({ kind, id, what }) => ({ kind, subject: `${this.name} ${id}`, what })));
  }

  private page(page: number, size: number): Question {
    return this.session.question(
      'GET',
      `${list}?shop_id=${encodeURIComponent(this.shop)}&page=${page}&page_size=${size}`,
    );
  }

  private someIds(random: Random, count: number): string[] {
    return random
      .someOf(
        Array.from({ length: slots }, (_, slot) => slot),
        count,
      )
      .map((slot) => this.idOf(slot));
  }

  private idOf(slot: number): string {
    return `d${slot}.${this.successors.get(slot) ?? 0}`;
  }

  private leaveAlone(slot: number): void {
    this.successors.set(slot, (this.successors.get(slot) ?? 0) + 1);
  }

  private publicKey(id: string): string {
    return `${id}_${this.shop}`;
  }

  private pathOf(id: string): string {
    return `${list}${encodeURIComponent(this.publicKey(id))}/`;
  }

  private posted(id: string, { description, lines }: Content): object {
    const products = lines.map((line, index) => ({
      product_id: line,
      receive_document_id: 'receipt',
      qty: index + 1,
      price: 5,
      total_price: 5 * (index + 1),
    }));
    return {
      document_id: id,
      shop_id: this.shop,
      supplier_id: 'supplier-1',
      date: '2024-02-29 15:39:00',
      description,
      products,
    };
  }
}

const contentOf = (mark: string, lines: number): Content => ({
  description: mark,
  lines: Array.from({ length: lines }, (_, index) => `${mark}-${index + 1}`),
});

const storedOf = ({ document_id: id, description, products }: AnsweredRefund): StoredDocument => ({
  id,
  description: description ?? '',
  lines: products.map(({ product_id: line }) => line),
});
