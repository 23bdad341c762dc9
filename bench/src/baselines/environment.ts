import type { ListPage } from '../page.js';

/** The configuration of a baseline. */
export interface BaselineEnvironment {
  readonly DATABASE_URL: string;
  /** The account whose rows it reads, on every connection: the same as our read pool's. */
  readonly READER: string;
  readonly ACCOUNT: string;
  readonly LIST: ListPage['list'];
  /** How many rows stand before its page. */
  readonly OFFSET: string;
  /** The links, as JSON. */
  readonly NEXT: string;
  readonly PREVIOUS: string;
}

export const environment = process.env as NodeJS.ProcessEnv & BaselineEnvironment;

/** The settings of the connections of a pool, so that PostgreSQL checks the same as for ours. */
export const sessionOptions = `-c TimeZone=UTC -c role=${environment.READER}`;
