import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Verdict } from '@refundry/contracts';
import { ReadPool } from '@refundry/persistence';
import { DataSource } from 'typeorm';
import { ApiToken } from './api-token.entity.js';

const verify = `
  select token.id, token.account_id, account.is_active, array_to_string(token.scopes, ' '),
    floor(extract(epoch from token.expires_date) * 1000)::int8,
    token.last_used_date is null or token.last_used_date < now() - interval '1 minute'
  from api_token token join account on account.id = token.account_id
  where token.hash = $1 and token.revoked_date is null and (token.expires_date is null or token.expires_date > now())`;

/** Says what an API key stands for. */
@Injectable()
export class ApiKeyVerifier {
  private readonly logger = new Logger('ApiKeyVerifier');

  constructor(
    private readonly readPool: ReadPool,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  async verify(hash: string): Promise<Verdict> {
    const [row] = await this.readPool.rows({ account: 'any', text: verify, values: [hash], isPrepared: true });
    if (!row) return { found: false };
    const [id, account, isActive, scope, expires, isNoteworthy] = row;
    if (isNoteworthy === 't') this.noteUse(Number(id));
    return {
      found: true,
      account: Number(account),
      is_active: isActive === 't',
      scope: scope ?? '',
      holder: id ?? '',
      expires: expires ? Number(expires) : null,
    };
  }

  /** Runs without being awaited: a verdict must not depend on a write. */
  private noteUse(id: number): void {
    this.dataSource
      .getRepository(ApiToken)
      .createQueryBuilder()
      .update()
      .set({ lastUsedDate: () => 'now()' })
      .where({ id })
      .execute()
      .catch((error: unknown) => {
        this.logger.warn(`The last use of token ${id} could not be noted: ${(error as Error).message}`);
      });
  }
}
