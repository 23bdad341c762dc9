import { behaviours } from './behaviours.js';
import { type Fault, type FaultTarget } from './fault.js';

/** The properties of a request that faults match. The login has no pages. */
export interface FaultOccasion {
  readonly target: FaultTarget;
  readonly page?: number;
}

interface PlannedFault {
  readonly fault: Fault;
  /** Requests that it concerned so far. */
  met: number;
  /** Requests that it struck so far. */
  struck: number;
}

/** Which faults strike which requests. Every fault counts on its own. */
export class FaultPlan {
  #plan: readonly PlannedFault[] = [];

  /** Starts all counting anew. */
  replace(faults: readonly Fault[]): void {
    this.#plan = faults.map((fault) => ({ fault, met: 0, struck: 0 }));
  }

  /** The faults that strike this request, in the order in which they were planned; asking counts as the request. */
  striking(occasion: FaultOccasion): readonly Fault[] {
    return this.#plan
      .filter((planned) => concerns(planned.fault, occasion) && strikes(planned))
      .map(({ fault }) => fault);
  }
}

function concerns({ kind, resource, page }: Fault, occasion: FaultOccasion): boolean {
  const target = kind === 'refuse_login' ? 'login' : resource;
  if (occasion.page === undefined) return target === 'login' && page === undefined;
  return (
    (target ?? occasion.target) === occasion.target &&
    (page ?? occasion.page) === occasion.page &&
    occasion.page >= (behaviours[kind].fromPage ?? 0)
  );
}

function strikes(planned: PlannedFault): boolean {
  const { every = 1, times = Infinity } = planned.fault;
  planned.met += 1;
  if (planned.met % every !== 0 || planned.struck >= times) return false;
  planned.struck += 1;
  return true;
}
