import { randomUUID } from 'node:crypto';
import type pg from 'pg';

const setUpMs = 5000;

/** Settings of a session by their names, in the units and spelling of `pg_settings`: milliseconds, `on`. */
export type SessionSettings = Readonly<Record<string, string>>;

/** Settings that every session has: texts of timestamps are read as UTC in ISO 8601. */
const common: SessionSettings = { TimeZone: 'UTC', DateStyle: 'ISO, MDY' };

/** The settings are given by statements, which a pooler passes on, unlike options of the startup message. */
const setAll = 'select set_config(name, value, false) from unnest($1::text[], $2::text[]) as wanted(name, value)';

const asSet = `select from pg_settings join unnest($1::text[], $2::text[]) as wanted(name, value) using (name)
  where pg_settings.setting = wanted.value and current_user = $3 and current_setting('refundry.session', true) = $4`;

/**
 * The role and the settings of a connection, without which it would answer wrongly: no rows, or those of every account.
 */
export class Session {
  private readonly marker = randomUUID();
  private readonly settings: SessionSettings;

  /** @param role of the connection, instead of the one it logs in as */
  constructor(
    private readonly client: pg.ClientBase & { readonly user?: string; readonly processID?: number },
    settings: SessionSettings,
    private readonly role = 'none',
  ) {
    this.settings = { ...common, ...settings };
  }

  /** Sets everything and verifies it. @throws where PostgreSQL doesn't take it, or where it doesn't last */
  async begin(): Promise<void> {
    const all = { role: this.role, 'refundry.session': this.marker, ...this.settings };
    await this.countOf(setAll, [Object.keys(all), Object.values(all)]);
    await this.verify();
  }

  /** @throws where another session is answered, or a setting is another one */
  async verify(): Promise<void> {
    const user = this.role === 'none' ? this.client.user : this.role;
    const values = [Object.keys(this.settings), Object.values(this.settings), user, this.marker];
    if ((await this.countOf(asSet, values)) < Object.keys(this.settings).length) {
      throw new Error(
        `PostgreSQL does not keep the session of ${user}: role, time-outs or read-only got lost. A pooler in ` +
          'between has to pool sessions, not transactions',
      );
    }
  }

  /** Whether a pooler stands in between: it has process ids of its own. */
  async isPooled(): Promise<boolean> {
    return (await this.countOf('select where pg_backend_pid() = $1', [this.client.processID])) === 0;
  }

  private async countOf(text: string, values: unknown[]): Promise<number> {
    const query: pg.QueryConfig & { query_timeout: number } = { text, values, query_timeout: setUpMs };
    return (await this.client.query(query)).rowCount ?? 0;
  }
}
