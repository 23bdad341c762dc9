import { connected } from '../system/connected.js';
import { runs, untilNoneRuns } from '../system/until-none-runs.js';
import { downloadAndAbort } from './download.js';
import { fileOf } from './subjects.js';
import type { ExportSystem } from './system.js';

const exportOf = 'copy (select%';
const bytesBefore = 1024 * 1024;

/** How long after its reader has disconnected the query of a workbook is gone, in milliseconds. */
export const timeToEnd = (system: ExportSystem, signal: AbortSignal): Promise<number> =>
  connected(system.postgres.url, async (admin) => {
    const isThere = async (): Promise<void> => {
      if (!(await runs(admin, exportOf)))
        throw new Error('The query of the workbook had ended before its reader hung up.');
    };
    await downloadAndAbort(fileOf(system, 'xlsx'), bytesBefore, isThere, signal);
    return untilNoneRuns(admin, exportOf);
  });
