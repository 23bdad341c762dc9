import { BooleanField, IntegerField, ListField, operation, StringField } from '@refundry/resource';

/** A step of an account, as our own processes name it to each other. */
export class SyncTarget {
  @IntegerField({ label: 'Account' }) account!: number;
  @StringField({ label: 'Step' }) step!: string;
}

export class SyncOrder extends SyncTarget {
  @BooleanField({ label: 'Compare everything anew', required: false }) is_full?: boolean;
}

export class SyncStarted {
  @BooleanField({ label: 'It was not running already' }) is_new!: boolean;
}

/** How far a level has got. */
export class LevelProgress {
  @StringField({ label: 'Name' }) name!: string;
  @IntegerField({ label: 'Seen' }) seen!: number;
  @IntegerField({ label: 'Inserted' }) inserted!: number;
  @IntegerField({ label: 'Skipped' }) skipped!: number;
  @IntegerField({ label: 'Updated' }) updated!: number;
  @IntegerField({ label: 'Unchanged' }) unchanged!: number;
  @IntegerField({ label: 'Withheld by Omnitron' }) withheld!: number;
  @IntegerField({ label: 'Refused' }) refused!: number;
  @IntegerField({ label: 'How many Omnitron says there are', allowNull: true }) expected!: number | null;
}

/** How a step stands: of the run that goes on, or else of the last. */
export class SyncReport {
  /** As `get_async_status` answers it; but a run that has ended is never `READY`, however long ago. */
  @StringField({ label: 'State' }) state!: string;
  @StringField({ label: 'Error', allowNull: true }) error!: string | null;
  @ListField({ label: 'Levels', of: LevelProgress }) levels!: LevelProgress[];
}

/** An upstream row that could not be synced as it is. */
export class SyncProblem {
  @StringField({ label: 'Level' }) level!: string;
  @IntegerField({ label: 'Omnitron id' }) omnitron_id!: number;
  @StringField({ label: 'Reason' }) reason!: string;
  @StringField({ label: 'The kind of row that it waits for', allowNull: true }) waits_for!: string | null;
}

/** The problems of a step that are listed, of each level the first. */
export class SyncProblems {
  @ListField({ label: 'Problems', of: SyncProblem }) problems!: SyncProblem[];
}

/** When a step runs by itself. */
export class Schedule {
  @StringField({ label: 'Step' }) step!: string;
  @IntegerField({ label: 'Seconds from one run to the next, about; 0 for never', minValue: 0, maxValue: 31_536_000 })
  every_seconds!: number;
  @StringField({ label: 'The next run', allowNull: true }) next!: string | null;
}

export class ScheduleChange extends SyncTarget {
  @IntegerField({ label: 'Seconds from one run to the next, about; 0 for never', minValue: 0, maxValue: 31_536_000 })
  every_seconds!: number;
}

export class SyncAccount {
  @IntegerField({ label: 'Account' }) account!: number;
}

export class Schedules {
  @ListField({ label: 'Schedules', of: Schedule }) schedules!: Schedule[];
}

export const startSync = operation('oms.sync.start', { input: SyncOrder, output: SyncStarted });
export const reportSync = operation('oms.sync.report', { input: SyncTarget, output: SyncReport });
export const listSyncProblems = operation('oms.sync.problems', { input: SyncTarget, output: SyncProblems });
export const listSchedules = operation('oms.schedules.list', { input: SyncAccount, output: Schedules });
export const changeSchedule = operation('oms.schedules.change', { input: ScheduleChange });
