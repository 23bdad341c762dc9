import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { default: Sequencer } = require('@jest/test-sequencer') as typeof import('@jest/test-sequencer');

type Tests = Parameters<InstanceType<typeof Sequencer>['sort']>[0];

/**
 * Order of the spec files. Journeys through a whole system take turns with the other files: those keep the processors
 * busy, these wait much of their time. Of either kind the longest come first, before them those that failed last.
 */
export default class SpecSequencer extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const sorted = await super.sort(tests);
    const isJourney = ({ path }: Tests[number]): boolean => path.includes('/e2e/');
    const [journeys, others] = [sorted.filter(isJourney), sorted.filter((test) => !isJourney(test))];
    const turns = Math.max(journeys.length, others.length);
    return Array.from({ length: turns }, (_, turn) => [journeys[turn], others[turn]])
      .flat()
      .filter((test) => test !== undefined);
  }
}
