import type { Family } from './family.js';

/** How a family's lists are paged and sorted, and what their parameters are called. */
export interface PagingProfile {
  readonly defaultSize: number;
  /** A larger size asked for is clamped to it. */
  readonly maxSize: number;
  /** The names of the page size, the preferred one first. */
  readonly sizeParameters: readonly string[];
  readonly sortParameter: string;
  /** Whether a term that names no field is passed over, or refused. */
  readonly ignoresUnknownSort: boolean;
  /** Whether `Page_size` is `page_size`. */
  readonly ignoresCase: boolean;
}

const retail: PagingProfile = {
  defaultSize: 10,
  maxSize: 10_000,
  sizeParameters: ['page_size', 'limit'],
  sortParameter: 'ordering',
  ignoresUnknownSort: true,
  ignoresCase: true,
};

const reservation: PagingProfile = {
  defaultSize: 10,
  maxSize: 100,
  sizeParameters: ['page_size', 'limit'],
  sortParameter: 'sort',
  ignoresUnknownSort: false,
  ignoresCase: false,
};

export const pagingProfiles: Record<Family, PagingProfile> = {
  oms: {
    defaultSize: 10,
    maxSize: 100,
    sizeParameters: ['page_size', 'limit'],
    sortParameter: 'sort',
    ignoresUnknownSort: false,
    ignoresCase: false,
  },
  retail,
  oauth: retail,
  reservation,
};
