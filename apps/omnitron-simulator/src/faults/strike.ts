import { type Answer } from '../api/answer.js';
import { pageOf, type Listing, type Page } from '../api/paging.js';
import { type Keys } from '../keys.js';
import { behaviours } from './behaviours.js';
import { type Fault } from './fault.js';

/** Lets the faults answer in their order, up to the first that does. */
export async function answerInstead(faults: readonly Fault[], keys: Keys): Promise<Answer | undefined> {
  for (const fault of faults) {
    const answer = await behaviours[fault.kind].answerInstead?.(fault, keys);
    if (answer) return answer;
  }
  return undefined;
}

/** How a page is cut out of the list: as the first fault that has a way of its own does, else rightly. */
export function pageTurner(faults: readonly Fault[]): (listing: Listing) => Page | undefined {
  return faults.map(({ kind }) => behaviours[kind].turnPage).find((turn) => turn !== undefined) ?? pageOf;
}

export function spoiled(faults: readonly Fault[], answer: Answer): Answer {
  return faults.reduce((spoilt, { kind }) => behaviours[kind].spoil?.(spoilt) ?? spoilt, answer);
}
