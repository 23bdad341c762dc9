import { setTimeout as pause } from 'node:timers/promises';
import { AddressesClient } from './addresses-client.js';
import { compareReported, type Sayings } from './compare-reported.js';
import { CustomersClient } from './customers-client.js';
import { HttpClient } from './http-client.js';
import type { StoredDocument } from './expected-documents.js';
import { compareReservations, type StoredReservation } from './expected-reservations.js';
import type { Finding, History } from './history.js';
import type { LoadAccount } from './load-account.js';
import type { LoadContext, LoadClient } from './load-client.js';
import { ReasonsClient } from './reasons-client.js';
import { ReservationsClient } from './reservations-client.js';
import { SupplierRefundsClient } from './supplier-refunds-client.js';
import { Upstream } from './upstream.js';

export interface MixedLoadOptions {
  readonly seed: number;
  readonly account: LoadAccount;
  readonly history: History;
  /** The current address of the gateway. */
  readonly gateway: () => string;
  /** The address of the simulated Omnitron, which is this load's alone. */
  readonly omnitron: () => string;
  /** How many requests go in a second at the most. */
  readonly perSecond?: number;
  /** How many clients there are of each of the families that write. 3 */
  readonly writers?: number;
  /** How many reservations a client remembers. All */
  readonly reservations?: number;
  /** Whether the system may be of a release that knows nothing of passengers, quotes by hand and waivers. */
  readonly isOfFormerRelease?: boolean;
  /** How long a client waits for an answer before it asks again. Eight seconds */
  readonly timeoutMs?: number;
}

const patientForMs = 30_000;

/** Clients of all families at once, in one account. The seed decides what each does, the system how far it comes. */
export class MixedLoad {
  private readonly supplierRefunds: readonly SupplierRefundsClient[];
  private readonly reservations: readonly ReservationsClient[];
  private readonly clients: readonly LoadClient[];
  private readonly patience = new AbortController();
  private impatience: NodeJS.Timeout | undefined;
  private readonly http: HttpClient;
  private readonly upstream: Upstream;

  constructor(private readonly options: MixedLoadOptions) {
    const {
      seed,
      account,
      history,
      gateway,
      omnitron,
      perSecond = Infinity,
      writers = 3,
      reservations = Infinity,
      isOfFormerRelease,
      timeoutMs,
    } = options;
    this.http = new HttpClient(gateway, timeoutMs);
    this.upstream = new Upstream(omnitron);
    const context: LoadContext = {
      seed,
      http: this.http,
      history,
      turn: pacedAt(perSecond),
      patience: this.patience.signal,
    };
    const numbered = <Client>(make: (number: number) => Client): Client[] =>
      Array.from({ length: writers }, (_, number) => make(number));
    this.supplierRefunds = numbered(
      (number) => new SupplierRefundsClient(`erp-${number + 1}`, context, account.retail),
    );
    this.reservations = numbered(
      (number) =>
        new ReservationsClient(
          `agency-${number + 1}`,
          context,
          account.reservation,
          number,
          reservations,
          isOfFormerRelease,
        ),
    );
    this.clients = [
      ...this.supplierRefunds,
      ...this.reservations,
      ...[ReasonsClient, CustomersClient, AddressesClient].map(
        (Kind) => new Kind(nameOf(Kind), context, account.oms.token, this.upstream),
      ),
    ];
  }

  /** Prerequisites of the first client's requests. */
  async prepare(): Promise<void> {
    const { status, text } = await this.http.send(ReservationsClient.postRules(this.options.account.reservation));
    if (status !== 200) throw new Error(`The rules were refused: ${status} ${text}`);
    await Promise.all(this.clients.map((client) => client.prepare()));
  }

  /**
   * Lets all clients work until the end is told, and see through what they have begun. A client without an answer half
   * a minute later asks no more.
   */
  async run(end: AbortSignal): Promise<void> {
    end.addEventListener(
      'abort',
      () => {
        this.impatience = setTimeout(() => {
          this.patience.abort();
        }, patientForMs);
      },
      { once: true },
    );
    await Promise.all(this.clients.map((client) => client.run(end)));
  }

  /** Lets all clients that still know what they expect look whether it is there. */
  async check(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.check()));
  }

  /** The faults of documents that were read, by their shop. */
  compareDocuments(found: ReadonlyMap<string, readonly StoredDocument[]>): Finding[] {
    const shops = new Set(this.supplierRefunds.map(({ shop }) => shop));
    const strange = [...found.keys()]
      .filter((shop) => !shops.has(shop))
      .map((shop): Finding => ({ kind: 'phantom', subject: shop, what: "has documents, and is nobody's shop" }));
    return [
      ...strange,
      ...this.supplierRefunds.flatMap(({ name, shop, expected }) =>
        expected.compare(found.get(shop) ?? []).map(({ kind, id, what }) => ({ kind, subject: `${name} ${id}`, what })),
      ),
    ];
  }

  /** The faults of reservations that were read. */
  compareReservations(found: readonly StoredReservation[]): Finding[] {
    const told = new Set(this.reservations.flatMap(({ expected }) => [...expected.keys()]));
    const strange = found
      .filter(({ id }) => !told.has(id))
      .map(({ id }): Finding => ({ kind: 'phantom', subject: `reservation ${id}`, what: 'nobody has told of it' }));
    return [
      ...strange,
      ...certain(this.reservations).flatMap(({ name, expected }) =>
        compareReservations(expected.values(), found).map(({ kind, id, what }) => ({
          kind,
          subject: `${name} ${id}`,
          what,
        })),
      ),
    ];
  }

  /** The faults of the published events of documents, `saved <key>` and `removed <key>`. */
  compareReportedDocuments(told: Sayings): Finding[] {
    return certain(this.supplierRefunds).flatMap(({ name, shop, expected }) => {
      const wanted = [...expected.told].flatMap(([id, { saved, removed }]): [string, number][] => [
        [`saved ${id}_${shop}`, saved],
        [`removed ${id}_${shop}`, removed],
      ]);
      return compareReported(
        new Map(wanted),
        only(told, (saying) => saying.endsWith(`_${shop}`)),
      ).map((fault) => ({ ...fault, subject: name }));
    });
  }

  /** The faults of the published events of refunds, `<state> <reservation>`. */
  compareReportedRefunds(told: Sayings): Finding[] {
    return certain(this.reservations).flatMap(({ name, expected }) => {
      const wanted = new Map<string, number>();
      for (const { id, refunds, told: further } of expected.values())
        for (const saying of [...further, ...refunds.flatMap(({ states }) => states)].map((state) => `${state} ${id}`))
          wanted.set(saying, (wanted.get(saying) ?? 0) + 1);
      return compareReported(
        wanted,
        only(told, (saying) => expected.has(Number(saying.split(' ')[1]))),
      ).map((fault) => ({ ...fault, subject: name }));
    });
  }

  close(): void {
    clearTimeout(this.impatience);
    this.http.close();
    this.upstream.close();
  }
}

/** One that found something knows nothing for sure any more. */
const certain = <Client extends LoadClient>(clients: readonly Client[]): Client[] =>
  clients.filter(({ isCertain }) => isCertain);

const only = (told: Sayings, isWanted: (saying: string) => boolean): Sayings =>
  new Map([...told].filter(([saying]) => isWanted(saying)));

const nameOf = (Kind: { readonly name: string }): string => Kind.name.replace('Client', '').toLowerCase();

/** Waits until it is one's turn: each second so many, evenly. */
function pacedAt(perSecond: number): () => Promise<void> {
  const stepMs = 1000 / perSecond;
  let next = performance.now();
  return async () => {
    const now = performance.now();
    next = Math.max(next + stepMs, now);
    if (next > now) await pause(next - now);
  };
}
