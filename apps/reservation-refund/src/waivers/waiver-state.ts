import type { WaiverState } from '@refundry/contracts';

interface Move {
  readonly from: readonly WaiverState[];
  readonly to: WaiverState;
}

/**
 * The moves of waivers. Those that wait end by their time too, or else they would keep their passengers from another
 * one for good.
 */
const moves = {
  approve: { from: ['proposed'], to: 'approved' },
  reject: { from: ['proposed'], to: 'rejected' },
  revoke: { from: ['approved'], to: 'revoked' },
  expire: { from: ['proposed', 'approved'], to: 'expired' },
  use: { from: ['approved'], to: 'used' },
  /** A refund under it was rejected or withdrawn: some passenger is left again. */
  release: { from: ['used'], to: 'approved' },
} as const satisfies Readonly<Record<string, Move>>;

export type WaiverMove = keyof typeof moves;

/** The states that a waiver may make a move from. */
export const statesBefore = (move: WaiverMove): readonly WaiverState[] => moves[move].from;

export const stateAfter = (move: WaiverMove): WaiverState => moves[move].to;

/** The states that a waiver may go to from where it is. */
export const movesFrom = (state: WaiverState): readonly WaiverState[] => [
  ...new Set(Object.values<Move>(moves).flatMap(({ from, to }) => (from.includes(state) ? [to] : []))),
];
