import type { Random } from '../random.js';
import { differenceOf, OmsClient } from './oms-client.js';
import type { UpstreamRow } from './upstream.js';

const cities = 3;
const townships = 9;
const firstDistricts = 200;
/** Beyond it no more are founded. */
const maxDistricts = 2000;
const dated = { created_date: '2024-01-01T00:00:00.000001Z', modified_date: '2024-01-01T00:00:00.000001Z' };
const place = { is_active: true, longitude: null, latitude: null };

/** Founds districts upstream, has the addresses synced, now and then stops that midway, and reads them. */
export class AddressesClient extends OmsClient {
  private readonly districts = new Map<number, string>();

  protected override async begin(): Promise<void> {
    for (let pk = 1; pk <= firstDistricts; pk += 1) this.districts.set(pk, `District ${pk}`);
    const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
    await this.upstream.replace('countries', [{ pk: 1, name: 'Türkiye', code: 'tr', is_active: true, ...dated }]);
    await this.upstream.replace(
      'cities',
      upTo(cities).map((pk) => ({ pk, name: `City ${pk}`, country: 1, ...place, ...dated })),
    );
    await this.upstream.replace(
      'townships',
      upTo(townships).map((pk) => ({ pk, name: `Township ${pk}`, city: cityOf(pk), ...place, ...dated })),
    );
    await this.upstream.replace(
      'districts',
      [...this.districts].map(([pk, name]) => ({ ...districtOf(pk, name), ...dated })),
    );
  }

  protected async operate(random: Random, number: number): Promise<void> {
    if (this.districts.size < maxDistricts) await this.foundOne(number);
    if (random.below(3) === 0) await this.beginAndAbort();
    await this.runUntil('addresses', () => this.difference());
  }

  protected async verify(): Promise<void> {
    await this.runUntil('addresses', () => this.difference());
    const { result } = (await this.ask('GET', 'setup/addresses/is_required/')).json as { result: string };
    if (result !== 'false')
      this.found('wrong answer', 'addresses', `they are all here, and is_required says ${result}`);
  }

  private async foundOne(number: number): Promise<void> {
    const pk = this.districts.size + 1;
    const name = `District ${pk} of ${number}`;
    await this.upstream.add('districts', districtOf(pk, name));
    this.districts.set(pk, name);
  }

  private async beginAndAbort(): Promise<void> {
    await this.ask('POST', 'setup/addresses/execute/', [204]);
    await this.ask('POST', 'setup/addresses/abort/', [204]);
    await this.endOf('addresses');
  }

  private async difference(): Promise<string | undefined> {
    const found = await this.rowsOf<{ name: string }>('districts/');
    return differenceOf(
      found.map(({ name }) => name),
      [...this.districts.values()],
    );
  }
}

const cityOf = (township: number): number => 1 + (township % cities);

function districtOf(pk: number, name: string): UpstreamRow {
  const township = 1 + (pk % townships);
  return { pk, name, city: cityOf(township), township, ...place };
}
