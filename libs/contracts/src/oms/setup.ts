import { scopes } from '@refundry/auth';
import { DateTimeField, IntegerField, ListField, resource, StringField } from '@refundry/resource';

/** The steps that can be set up from Omnitron, each by a job of its own (oms-address-setup.txt). */
export const setupSteps = ['addresses', 'channels', 'customers', 'cancellation-reasons'] as const;

export type SetupStep = (typeof setupSteps)[number];

/** The state of a job, or whether it is required; a string in either case. */
export class AsyncResult {
  @StringField({ label: 'Result' }) result!: string;
}

/** An upstream row that could not be inserted; later runs try it again. */
export class Problem {
  @IntegerField({ label: 'Omnitron id' }) omnitron_id!: number;
  @StringField({ label: 'Reason' }) reason!: string;
}

/**
 * Counts of a run for one kind of rows: `seen` is the sum of `inserted`, `updated`, `unchanged`, `withheld` and
 * `refused`; `skipped` is all of them but `inserted`.
 */
export class LevelReport {
  @StringField({ label: 'Name' }) name!: string;
  @IntegerField({ label: 'Seen' }) seen!: number;
  @IntegerField({ label: 'Inserted' }) inserted!: number;
  @IntegerField({ label: 'Skipped' }) skipped!: number;
  @ListField({ label: 'Problems', of: Problem }) problems!: Problem[];
  @IntegerField({ label: 'Updated' }) updated!: number;
  @IntegerField({ label: 'Unchanged' }) unchanged!: number;
  @IntegerField({ label: 'Withheld by Omnitron' }) withheld!: number;
  @IntegerField({ label: 'Refused' }) refused!: number;
}

export class LastRun {
  @StringField({ label: 'Status' }) status!: string;
  @DateTimeField({ label: 'Started', allowNull: true }) started!: string | null;
  @DateTimeField({ label: 'Finished', allowNull: true }) finished!: string | null;
  @StringField({ label: 'Error', allowNull: true }) error!: string | null;
  @ListField({ label: 'Levels', of: LevelReport }) levels!: LevelReport[];
  @IntegerField({ label: 'Seconds since the last success', allowNull: true }) last_success_age!: number | null;
}

/** Asking Omnitron what there is takes longer than asking us. */
const isRequiredDeadlineMs = 15_000;

const lastRun = {
  status: 'FINISHED',
  started: '2023-10-06T08:42:53.427023Z',
  finished: '2023-10-06T08:43:10.100200Z',
  error: null,
  levels: [
    {
      name: 'countries',
      seen: 2,
      inserted: 1,
      skipped: 1,
      problems: [{ omnitron_id: 7, reason: 'There is no country 9 here.' }],
      updated: 0,
      unchanged: 0,
      withheld: 0,
      refused: 1,
    },
  ],
  last_success_age: 12,
};

export type Setup = ReturnType<typeof setupOf>;

function setupOf(step: SetupStep) {
  const { read, sync } = scopes.oms;
  const rows = step.replace('-', ' ');
  const setup = resource({ family: 'oms', path: `setup/${step}`, of: LastRun });
  return {
    execute: setup.action('execute', {
      summary: `Add the ${rows} that exist in Omnitron and are missing here`,
      description: 'It goes on in the background; while one run is under way no second one begins.',
      scope: sync,
      methods: ['POST'],
      status: 204,
    }),
    getAsyncStatus: setup.action('get_async_status', {
      summary: `How the setup of the ${rows} stands`,
      description: '`READY`, `WORKING`, `FINISHED`, `FAILED` or `ABORTED`.',
      example: { result: 'READY' },
      scope: read,
      methods: ['GET', 'POST'],
      output: AsyncResult,
      isRead: true,
    }),
    isRequired: setup.action('is_required', {
      summary: `Whether Omnitron has ${rows} that are missing here`,
      description: '`true` or `false`, as text.',
      example: { result: 'true' },
      scope: read,
      methods: ['GET', 'POST'],
      output: AsyncResult,
      deadlineMs: isRequiredDeadlineMs,
    }),
    abort: setup.action('abort', {
      summary: `End the run that sets up the ${rows}`,
      description: 'Also where none is under way.',
      scope: sync,
      methods: ['POST'],
      status: 204,
    }),
    lastRun: setup.action('last_run', {
      summary: `What the last run did with the ${rows}`,
      example: lastRun,
      scope: read,
      methods: ['GET'],
      output: LastRun,
      isRead: true,
    }),
  };
}

export const setups: Readonly<Record<SetupStep, Setup>> = {
  addresses: setupOf('addresses'),
  channels: setupOf('channels'),
  customers: setupOf('customers'),
  'cancellation-reasons': setupOf('cancellation-reasons'),
};
