import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Gauge, Latency, Measure } from '@refundry/observability';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { clockSkewGauge } from './clock-skew.js';
import { ReadPool } from '../read-connection/read-pool.js';

/** The metrics of a service's database. */
@Injectable()
export class DatabaseMeasures {
  constructor(
    private readonly readPool: ReadPool,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  get all(): readonly Measure[] {
    return [this.laneQueries, this.poolConnections, clockSkewGauge(this.readPool)];
  }

  private get laneQueries(): Latency {
    return {
      name: 'lane_query_seconds',
      help: 'Short reads, the wait for those before them included',
      labelNames: ['connection', 'outcome'],
      begin: (record) => {
        this.readPool.observe(({ connection, seconds, outcome }) => {
          record(seconds, connection, outcome);
        });
      },
    };
  }

  private get poolConnections(): Gauge<'state'> {
    return {
      name: 'postgres_pool_connections',
      help: 'Connections of the pool that transactions and exports use: idle, busy, and how many wait for one',
      labelNames: ['state'],
      read: () => {
        const { totalCount, idleCount, waitingCount } = (
          this.dataSource.driver as unknown as { readonly master: pg.Pool }
        ).master;
        return Object.entries({ idle: idleCount, busy: totalCount - idleCount, waiting: waitingCount }).map(
          ([state, value]) => ({ labels: { state }, value }),
        );
      },
    };
  }
}
