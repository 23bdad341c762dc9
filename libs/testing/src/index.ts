export { localCertificate, type LocalCertificate } from './certificates/local-certificate.js';
export { freePort, choosePort, PortTaken } from './processes/ports.js';
export { commandLineOf, ended, signalIfRunning } from './processes/process-table.js';
export { AppProcess, type AppProcessOptions, type ReadyLine } from './processes/app-process.js';
export { sharedApp } from './processes/shared-app.js';
export type { Exit } from './processes/exit.js';
export { PostgresServer, type PostgresServerOptions } from './postgres/postgres-server.js';
export { provisionDatabase, type DatabaseRequest, type ProvisionedDatabase } from './postgres/provision-database.js';
export { testDatabase } from './postgres/test-database.js';
export { deadlocksIn } from './postgres/deadlocks.js';
export { columnChanges } from './postgres/column-changes.js';
export { NatsServer, type NatsServerOptions } from './nats/nats-server.js';
export { natsAuthorization, type NatsUser } from './nats/nats-configuration.js';
export { entriesHeldBy, partOf } from './entries-held.js';
export { Random } from './random.js';
export { signedToken } from './signed-token.js';
export { waitUntil } from './wait-until.js';
export { faultKinds, History, outcomes, type Finding } from './load/history.js';
export { newLoadAccount, type LoadAccount, type OperatorCommand } from './load/load-account.js';
export { MixedLoad } from './load/mixed-load.js';
export type { StoredDocument } from './load/expected-documents.js';
export type { StoredReservation } from './load/expected-reservations.js';
export { Upstream } from './load/upstream.js';
export {
  parseCsv,
  spreadsheetReaders,
  type SpreadsheetCell,
  type SpreadsheetReader,
} from './spreadsheets/spreadsheet-readers.js';
