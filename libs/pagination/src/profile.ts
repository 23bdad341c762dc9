import type { Family } from '@refundry/resource';

/** How a family's lists are paged and sorted, and what their parameters are called. */
export interface PagingProfile {
  readonly defaultSize: number;
  /** A larger size asked for is clamped to it. */
  readonly largestSize: number;
  /** The names of the page size, the preferred one first. */
  readonly sizeParameters: readonly string[];
  readonly sortParameter: string;
}

export const pagingProfiles: Record<Family, PagingProfile> = {
  oms: { defaultSize: 10, largestSize: 100, sizeParameters: ['page_size', 'limit'], sortParameter: 'sort' },
};
