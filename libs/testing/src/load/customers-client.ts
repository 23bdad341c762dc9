import type { Random } from '../random.js';
import { differenceOf, OmsClient } from './oms-client.js';
import type { UpstreamRow } from './upstream.js';

interface Customer {
  readonly omnitron_id: number;
  readonly first_name: string;
  readonly email: string;
}

const list = 'customers/list-simple/';
const resource = 'customers';
const first = 100;
/** Beyond it they change only. */
const maxCustomers = 400;
const email = (pk: number): string => `customer.${pk}@example.com`;

/**
 * Changes customers upstream, has them synced, and reads them by the page and as a whole file. No other client changes
 * them.
 */
export class CustomersClient extends OmsClient {
  private readonly names = new Map<number, string>();

  protected override async begin(): Promise<void> {
    for (let pk = 1; pk <= first; pk += 1) this.names.set(pk, `First ${pk}`);
    await this.upstream.replace(
      resource,
      [...this.names].map(([pk, name]) => rowOf(pk, name)),
    );
  }

  protected async operate(random: Random, number: number): Promise<void> {
    const isNew = random.below(2) === 0 && this.names.size < maxCustomers;
    const pk = isNew ? this.names.size + 1 : 1 + random.below(first);
    const name = `Name ${number}`;
    if (isNew) await this.upstream.add(resource, rowOf(pk, name, {}));
    else await this.upstream.change(resource, pk, { first_name: name });
    this.names.set(pk, name);
    await this.runUntil('customers', () => (random.below(2) === 0 ? this.differenceOfList() : this.differenceOfFile()));
  }

  protected async verify(): Promise<void> {
    const compared = async (): Promise<string | undefined> =>
      (await this.differenceOfList()) ?? (await this.differenceOfFile());
    await this.runUntil('customers', compared);
  }

  private async differenceOfList(): Promise<string | undefined> {
    return this.differenceOf(
      (await this.rowsOf<Customer>(list)).map(
        ({ omnitron_id: pk, first_name: name, email: address }) => `${pk} ${name} ${address}`,
      ),
    );
  }

  private async differenceOfFile(): Promise<string | undefined> {
    const { text } = await this.ask('GET', `${list}?format=csv`);
    const [head = '', ...lines] = text
      .split('\r\n')
      .slice(0, -1)
      .map((line) => line.split(','));
    const [key, name, address] = ['omnitron_id', 'first_name', 'email'].map((column) => head.indexOf(column));
    return this.differenceOf(lines.map((cells) => `${cells[key!]} ${cells[name!]} ${cells[address!]}`));
  }

  private differenceOf(found: readonly string[]): string | undefined {
    return differenceOf(
      found,
      [...this.names].map(([pk, name]) => `${pk} ${name} ${email(pk)}`),
    );
  }
}

/** Without dates it is dated by the upstream, where that does so. */
const rowOf = (
  pk: number,
  name: string,
  dates: object = { created_date: '2024-01-01T00:00:00.000001Z', modified_date: '2024-01-01T00:00:00.000001Z' },
): UpstreamRow => ({
  pk,
  email: email(pk),
  first_name: name,
  last_name: 'Yılmaz',
  phone_number: null,
  erp_code: null,
  channel: null,
  ...dates,
});
