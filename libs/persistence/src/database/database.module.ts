import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { postgresFailure, rolesOf } from '@refundry/provisioning';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { DatabaseMeasures } from './database-measures.js';
import { Failure } from '@refundry/errors';
import { exportLimits, exportLimitsToken, Exports } from '../exports/exports.js';
import { Instant } from '../columns/instant.js';
import { ReadPool } from '../read-connection/read-pool.js';
import { RowCounter } from '../row-counts/row-counter.js';
import { Session, type SessionSettings } from '../read-connection/session.js';
import { Shards } from '../sweeps/shards.js';
import { Transactions } from '../transactions/transactions.js';

const timestamptz = 1184;
type TypeParser = (text: string) => unknown;
const standardParser = pg.types.getTypeParser.bind(pg.types) as (oid: number, format?: string) => TypeParser;
const types = {
  getTypeParser: (oid: number, format?: string): TypeParser =>
    oid === timestamptz ? (text) => new Instant(text) : standardParser(oid, format),
};

/** For what runs outside `Transactions`, which set their own. */
const defaultSettings: SessionSettings = { statement_timeout: '10000' };

/** TypeORM's view of a service's database: UTC, timestamps with microseconds, nothing synchronised behind our back. */
export const dataSourceOptions = (url: string, poolSize: number, settings = defaultSettings): DataSourceOptions => ({
  type: 'postgres',
  url,
  poolSize,
  synchronize: false,
  extra: {
    types,
    onConnect: (client: pg.Client) => new Session(client, settings).begin(),
    connectionTimeoutMillis: 2000,
    keepAlive: true,
  },
});

/** A database without Nest around it, for command lines. */
export const dataSourceOf = (url: string, entities: (new () => object)[]): DataSource =>
  new DataSource({ ...dataSourceOptions(url, 2), entities });

interface DatabaseOptions {
  /** The service's name, which its roles bear too. */
  service: string;
  url: string;
  entities: (new () => object)[];
  poolSize?: number;
  readTimeoutMs?: number;
  /** How many exports may be under way. */
  maxExports?: number;
  /** How many of them for one account. */
  exportsOfAccount?: number;
}

/**
 * A service's database: TypeORM's pool for transactions and exports, the read pool for short reads, and the row counter
 * that keeps its counts cheap.
 */
@Module({})
export class DatabaseModule {
  static forRoot({
    service,
    url,
    entities,
    poolSize = 10,
    readTimeoutMs = 5000,
    maxExports = exportLimits.max,
    exportsOfAccount = exportLimits.maxPerAccount,
  }: DatabaseOptions): DynamicModule {
    const readPool = {
      provide: ReadPool,
      useFactory: () => new ReadPool({ url, role: rolesOf(service).reader, timeoutMs: readTimeoutMs }),
    };
    const transactions = {
      provide: Transactions,
      useFactory: (dataSource: DataSource, known: ReadPool) => new Transactions(dataSource, () => known.isUp),
      inject: [DataSource, ReadPool],
    };
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRoot({
          ...dataSourceOptions(url, poolSize),
          entities,
          retryAttempts: Number.MAX_SAFE_INTEGER,
          retryDelay: 500,
          toRetry: (error) => postgresFailure(error) instanceof Failure,
        }),
        TypeOrmModule.forFeature(entities),
      ],
      providers: [
        readPool,
        transactions,
        { provide: Shards, useFactory: () => new Shards(url) },
        DatabaseMeasures,
        RowCounter,
        Exports,
        { provide: exportLimitsToken, useValue: { ...exportLimits, max: maxExports, maxPerAccount: exportsOfAccount } },
      ],
      exports: [DatabaseMeasures, Exports, ReadPool, RowCounter, Shards, Transactions, TypeOrmModule],
    };
  }
}
