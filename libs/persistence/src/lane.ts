import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Statement } from '@refundry/pagination';
import { AccountLines, timed, traced, type Outcome } from '@refundry/resource';
import { LaneConnection } from './lane-connection.js';
import type { RowBytes } from './row-bytes.js';
import { textRows, type TextRow } from './row-reader.js';
import { laneSpan } from './sql-spans.js';

/** Enough for one account to keep the connection busy. */
const variableAtOnce = 4;

interface LaneOptions {
  url: string;
  /** The role that may read every account's rows: on the lane the account stands in the statement. */
  role: string;
  /** A read that takes longer is cancelled. */
  timeoutMs: number;
}

/** How one query ended, for the metrics. */
export interface LaneQuery {
  readonly connection: 'even' | 'variable';
  readonly seconds: number;
  readonly outcome: Outcome;
}

/**
 * The short reads' own connections: many queries in flight at once, without waiting for each other's answers, which the
 * pool can't do (docs/adr/0004). Read-only, reconnects by itself, fails at once while PostgreSQL is away.
 *
 * It keeps no state between statements: no transaction, no settings. What costs the same whatever its values are is planned
 * once; what doesn't, or is long, goes over a connection of its own, so that a search keeps nobody waiting but other searches,
 * and an account's many searches hardly anybody but itself.
 */
export class Lane implements OnModuleInit, OnApplicationShutdown {
  private readonly even: LaneConnection;
  private readonly variable: LaneConnection;
  private readonly lines = new AccountLines({ atOnce: variableAtOnce });
  private onQuery: ((query: LaneQuery) => void) | undefined;

  constructor(options: LaneOptions) {
    this.even = new LaneConnection({ ...options, settings: { plan_cache_mode: 'force_generic_plan' } });
    this.variable = new LaneConnection(options);
  }

  get isUp(): boolean {
    return this.even.isUp && this.variable.isUp;
  }

  /** Whether PostgreSQL is there, as far as either connection knows. */
  get isServerUp(): boolean {
    return this.even.isUp || this.variable.isUp;
  }

  /** Tells of every query from now on. */
  observe(onQuery: (query: LaneQuery) => void): void {
    this.onQuery = onQuery;
  }

  async onModuleInit(): Promise<void> {
    await Promise.all([this.even.start(), this.variable.start()]);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.even.close(), this.variable.close()]);
  }

  /** Every value as PostgreSQL's text. @throws Failure `unavailable`, `deadline_exceeded` */
  async rows(statement: Statement): Promise<TextRow[]> {
    return textRows(await this.rowBytes(statement));
  }

  /** The rows as PostgreSQL sent them; empty when there are none. @throws Failure `unavailable`, `deadline_exceeded` */
  rowBytes(statement: Statement): Promise<RowBytes[]> {
    const { account, isVariable = false, text } = statement;
    const connection = isVariable ? 'variable' : 'even';
    const read = (): Promise<RowBytes[]> => traced(laneSpan(connection, text), () => this[connection].rowBytes(statement));
    const measured = (): Promise<RowBytes[]> => timed(read, (seconds, outcome) => { this.onQuery?.({ connection, seconds, outcome }); });
    return isVariable && account !== 'any' ? this.lines.run(account, measured) : measured();
  }
}
