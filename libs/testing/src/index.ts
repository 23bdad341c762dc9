export { freePort, choosePort, PortTaken } from './processes/ports.js';
export { commandLineOf, ended, signalIfRunning } from './processes/process-table.js';
export { AppProcess, type AppProcessOptions, type ReadyLine } from './processes/app-process.js';
export type { Exit } from './processes/exit.js';
export { PostgresServer, type PostgresServerOptions } from './postgres/postgres-server.js';
export { provisionDatabase, type DatabaseRequest, type ProvisionedDatabase } from './postgres/provision-database.js';
export { testDatabase } from './postgres/test-database.js';
export { NatsServer, type NatsServerOptions } from './nats/nats-server.js';
export { natsAuthorization, type NatsUser } from './nats/nats-configuration.js';
