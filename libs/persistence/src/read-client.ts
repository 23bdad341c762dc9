import pg from 'pg';
import { passThroughRows } from './raw-rows.js';

/** A client of a pool that passes rows on as bytes. */
export class ReadClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    passThroughRows(this.connection);
    // While a client is in use the pool does not listen, and a connection that is reset says so beside its query.
    this.on('error', () => undefined);
  }
}
