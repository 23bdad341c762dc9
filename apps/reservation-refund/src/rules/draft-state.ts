import type { DraftState } from '@refundry/contracts';

const nextStates: Readonly<Record<DraftState, readonly DraftState[]>> = {
  draft: ['scheduled', 'published', 'discarded'],
  scheduled: ['draft', 'published', 'discarded'],
  published: [],
  discarded: [],
};

/** The states that a draft can go to from there; nothing else happens to one, and only a `draft` is changed. */
export const draftMovesFrom = (state: DraftState): readonly DraftState[] => nextStates[state];
