import { createHash, type Hash } from 'node:crypto';
import { cpuMicrosOf, ownCpuMicros } from '../measuring/cpu-time.js';
import { drainCopy } from '../system/drained-copy.js';
import { download, type Download } from './download.js';
import { subjectNames, type Subject } from './subject.js';
import type { ExportSystem } from './system.js';

const names = [
  'id',
  'created_date',
  'modified_date',
  'omnitron_id',
  'email',
  'first_name',
  'last_name',
  'phone_number',
  'erp_code',
  'channel',
];
const columns = names.map((name) => (name === 'channel' ? 'channel_id' : name));
const formatted = columns.map((column) =>
  column.endsWith('_date') ? `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` : column,
);
const header = `${names.join(',')}\r\n`;

/** The downloaded file. */
export const fileOf = ({ gateway, token }: ExportSystem, format: 'csv' | 'xlsx'): Download => ({
  url: `${gateway.url}/api/v1/oms/customers/list-simple/?format=${format}`,
  token,
});

/** The whole list as CSV, and as PostgreSQL alone would write it: with the dates as we write them, and as they are. */
export function csvSubjects(system: ExportSystem, signal: AbortSignal): Subject[] {
  const { client, serverPids, rows: expected } = system;
  const copy = (name: string, selected: readonly string[]): Subject => ({
    name,
    cpuMicros: { client: ownCpuMicros, postgres: () => cpuMicrosOf(serverPids.postgres) },
    run: async () => {
      const { rows, bytes } = await drainCopy(client, selectOf(system, selected), 'csv');
      if (rows !== expected) throw new Error(`${name} brought ${rows} of ${expected} rows.`);
      return { bytes };
    },
  });
  return [
    ours(system, subjectNames.csv, 'csv', signal),
    copy(subjectNames.copy, formatted),
    copy(subjectNames.plain, columns),
  ];
}

export const workbookSubject = (system: ExportSystem, signal: AbortSignal): Subject =>
  ours(system, subjectNames.workbook, 'xlsx', signal);

/** Makes sure that ours is COPY's file, but for a head and the ends of lines. @throws one sentence when it is not */
export async function verifySameRows(system: ExportSystem, signal: AbortSignal): Promise<void> {
  const [file, copied] = [createHash('sha256'), createHash('sha256')];
  await download(
    {
      ...fileOf(system, 'csv'),
      onPiece: (piece) => {
        withoutReturns(file, piece);
      },
    },
    signal,
  );
  withoutReturns(copied, Buffer.from(header));
  await drainCopy(system.client, selectOf(system, formatted), 'csv', (row) => {
    copied.update(row);
  });
  if (file.digest('hex') !== copied.digest('hex')) throw new Error('The CSV file does not hold what COPY writes.');
}

function ours(system: ExportSystem, name: string, format: 'csv' | 'xlsx', signal: AbortSignal): Subject {
  const { oms, gateway, serverPids } = system;
  return {
    name,
    cpuMicros: {
      client: ownCpuMicros,
      gateway: () => cpuMicrosOf(gateway.pid),
      oms: () => cpuMicrosOf(oms.pid),
      nats: () => cpuMicrosOf(serverPids.nats),
      postgres: () => cpuMicrosOf(serverPids.postgres),
    },
    run: () => download(fileOf(system, format), signal),
  };
}

const selectOf = ({ account }: ExportSystem, selected: readonly string[]): string =>
  `select ${selected.join(', ')} from customer where account_id = ${account} order by id`;

/** Adds to a hash what is no carriage return; no row holds one. */
function withoutReturns(hash: Hash, piece: Buffer): void {
  hash.update(piece.filter((byte) => byte !== 0x0d));
}
