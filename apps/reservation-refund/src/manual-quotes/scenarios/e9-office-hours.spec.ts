import { expect, it } from '@jest/globals';
import { instant } from '../../testing/scenario.js';
import { respondBy } from '../respond-by.js';
import { hours } from '../../testing/office-hours.js';

/*
 * E9. The office is open from Saturday to Wednesday 08:00–16:00, on Thursday 08:00–13:00, on Friday not at all, by the
 * clock of Tehran (+03:30). Asked on Thursday 2026-12-03 at 12:30 it has 240 minutes: 30 of them are Thursday's, until
 * 13:00, the other 210 are Saturday's, from 08:00 to 11:30. That is 2026-12-05T11:30+03:30 = 08:00Z.
 */
const week = [
  ...hours(['saturday', 'sunday', 'monday', 'tuesday', 'wednesday'], '08:00', '16:00'),
  ...hours(['thursday'], '08:00', '13:00'),
];

it('is to be answered on Saturday at half past eleven', () => {
  const time = { quote_response_minutes: 240, office_hours: week, office_zone: 'Asia/Tehran' };
  expect(respondBy(instant('2026-12-03T12:30:00+03:30'), time).toString()).toBe('2026-12-05T08:00:00Z');
});
