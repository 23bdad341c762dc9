import { PullRow } from './cancellation-reasons/pull.entity.js';
import { OmnitronConnectionRow } from './omnitron-connections/omnitron-connection.entity.js';
import { ScheduleRow } from './schedules/schedule.entity.js';

/** The tables that are read and written row by row (docs/adr/0055). */
export const omsEntities = [OmnitronConnectionRow, PullRow, ScheduleRow];
