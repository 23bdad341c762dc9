import type { Random } from '../random.js';
import { differenceOf, OmsClient } from './oms-client.js';
import type { UpstreamRow } from './upstream.js';

interface Reason {
  readonly omnitron_id: number;
  readonly subject: string;
  readonly ordering: number;
  readonly is_active: boolean;
}

interface UpstreamReason extends UpstreamRow {
  readonly subject: string;
  readonly order: number;
  readonly send_to_oms: boolean;
}

const list = 'cancellation-reasons/';
const resource = 'cancellation_reasons';
const reasons = 12;
/** More gone at once would need a word from a person. */
const maxGone = 4;
/** A pull may share the run of one that was asked for by an attempt of before. */
const maxPulls = 3;

/** Changes the cancellation reasons upstream, pulls them, and reads what came. No other client changes them. */
export class ReasonsClient extends OmsClient {
  private rows: UpstreamReason[] = [];

  protected override async begin(): Promise<void> {
    this.rows = Array.from({ length: reasons }, (_, index) => reasonOf(index + 1));
    await this.upstream.replace(resource, this.rows);
  }

  protected async operate(random: Random, number: number): Promise<void> {
    const place = random.below(reasons);
    const gone = this.rows.filter((row) => !row.send_to_oms).length;
    this.rows = this.rows.map((row, index) =>
      index === place
        ? {
            ...row,
            subject: `Reason ${number}`,
            order: random.below(100),
            send_to_oms: !row.send_to_oms || gone >= maxGone || random.below(2) === 0,
          }
        : row,
    );
    await this.upstream.replace(resource, this.rows);
    await this.pullUntilEqual();
  }

  protected async verify(): Promise<void> {
    await this.pullUntilEqual();
  }

  private async pullUntilEqual(): Promise<void> {
    for (let pull = 1; ; pull += 1) {
      await this.ask('POST', `${list}pull_from_omnitron/`);
      const difference = await this.difference();
      if (difference === undefined) return;
      if (pull >= maxPulls) this.found('lost', 'reasons', `after ${pull} pulls ${difference}`);
    }
  }

  private async difference(): Promise<string | undefined> {
    const found = await this.rowsOf<Reason>(list);
    const here = new Set(found.map(({ omnitron_id: key }) => key));
    // A reason that was never sent isn't here.
    const wanted = this.rows.filter(({ pk, send_to_oms: isSent }) => isSent || here.has(pk));
    return differenceOf(
      found.map(inWords),
      wanted.map(({ pk, subject, order, send_to_oms: isSent }) =>
        inWords({ omnitron_id: pk, subject, ordering: order, is_active: isSent }),
      ),
    );
  }
}

/** A removed row stays as it was when it was removed. */
const inWords = ({ omnitron_id: key, subject, ordering, is_active: isActive }: Reason): string =>
  isActive ? `reason ${key} "${subject}" ${ordering}` : `reason ${key}, gone`;

const reasonOf = (pk: number): UpstreamReason => ({
  pk,
  cancellation_type: 'cancel',
  subject: `Reason ${pk}`,
  order: 100,
  extra_information_needed: false,
  is_active: true,
  send_to_oms: true,
});
