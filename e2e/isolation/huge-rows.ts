import { omsPath, type Client } from '../system/client.js';
import { send } from '../system/http.js';
import { readLarge, type LargeAnswer } from '../system/large-answer.js';
import { postedLine, postedRefund, refundsPath, type PostedLine } from '../system/refunds.js';
import { retailPath, type RetailClient } from '../system/retail-client.js';
import { RunningSystem } from '../system/running-system.js';

interface Account {
  readonly oms: Client;
  readonly retail: RetailClient;
}

const configuration = (index: number): string => `{"key":"${String(index)}","text":"${'ş'.repeat(500_000)}"}`;

/** The statuses of a round in which the quiet account notices nothing. */
export const nothingUnusual = [
  '0: 200',
  '1: 200',
  '2: 200',
  '3: 201',
  '4: 200',
  '5: 200',
  '6: 200',
  '7: 200',
  '8: 200',
];

export const four = <T>(work: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 4 }, work));

/** Two accounts: one has a document and channels with huge rows, the other small ones. */
export class HugeRows {
  private constructor(
    readonly system: RunningSystem,
    /** Those of the huge document, with the longest ids: 10,000 are 14 MiB when posted, 55 MiB when answered. */
    readonly lines: readonly PostedLine[],
    readonly large: Account,
    private readonly quiet: Account,
  ) {}

  static async start(lineCount: number): Promise<HugeRows> {
    const system = await RunningSystem.start({ services: ['oms', 'supplier-refund'] });
    const lines = Array.from({ length: lineCount }, (_, index) =>
      postedLine({ product_id: '語'.repeat(145) + String(index), receive_document_id: '語'.repeat(300) }),
    );
    const rows = new HugeRows(system, lines, await newAccount(system), await newAccount(system));
    await rows.large.retail.post(refundsPath, postedRefund('huge', { products: lines }));
    await rows.quiet.retail.post(refundsPath, postedRefund('small'));
    for (let index = 0; index < 18; index++) await rows.addChannel(rows.large, index, configuration(index));
    await rows.addChannel(rows.quiet, 0, '{}');
    return rows;
  }

  readonly readRefunds = (path: string, pauseMs = 0): Promise<LargeAnswer> =>
    readLarge(`${this.system.url}${retailPath}${path}`, {
      headers: { authorization: `Bearer ${this.large.retail.token}` },
      pauseMs,
    });

  readonly readChannels = (path: string): Promise<LargeAnswer> =>
    readLarge(`${this.system.url}${omsPath}${path}`, {
      headers: { authorization: `Token ${this.large.oms.token}` },
      pauseMs: 0,
    });

  readonly change = async (): Promise<number> =>
    (await this.large.retail.request('PATCH', `${refundsPath}huge_kyiv-1/`, { description: 'changed' })).status;

  /** Everything that the quiet account does meanwhile, and whether the apps are ready. */
  async statusesMeanwhile(work: Promise<unknown>): Promise<{ statuses: readonly string[]; rounds: number }> {
    const over = new AbortController();
    void Promise.allSettled([work]).then(() => {
      over.abort();
    });
    const seen = new Set<string>();
    let rounds = 0;
    for (; !over.signal.aborted; rounds++)
      (await this.quietRound(rounds)).forEach(({ status }, index) => seen.add(`${index}: ${status}`));
    return { statuses: [...seen].toSorted(), rounds };
  }

  private quietRound(round: number): Promise<{ status: number }[]> {
    const { oms, retail } = this.quiet;
    return Promise.all([
      retail.get(refundsPath),
      retail.get(`${refundsPath}small_kyiv-1/`),
      retail.get(`${refundsPath}?supplier_id=supplier-1`),
      retail.post(refundsPath, postedRefund(`round ${round}`)),
      oms.get(`${omsPath}channels/`),
      oms.get(`${omsPath}channels/?is_active=true`),
      ...['oms', 'supplier-refund'].map((name) =>
        send('GET', `${this.system.app(name).operations ?? ''}/health/ready`),
      ),
      send('GET', `${this.system.url}/health/ready`),
    ]);
  }

  private async addChannel({ oms }: Account, id: number, configured: string): Promise<void> {
    await this.system.query(
      'oms',
      `insert into channel (account_id, omnitron_id, name, channel_type, configuration, is_active)
        values ($1, $2, $3, 'web', $4, true)`,
      [await this.system.accountId(oms.account), id, `Channel ${id}`, configured],
    );
  }
}

async function newAccount(system: RunningSystem): Promise<Account> {
  const oms = await system.newClient();
  return { oms, retail: await system.newRetailClient(oms.account) };
}
