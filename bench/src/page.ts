/** What is asked for, by every subject of the list page: 50 of 100,000 rows, in the list's own order, with the exact count. */
export const rowsInAll = 100_000;
export const pageSize = 50;
export const path = `/api/v1/oms/cancellation-reasons/?page_size=${pageSize}`;

/** The base of our links, so that they are the same from every gateway. */
export const publicUrl = 'https://api.refundry.example';

/** The link to the second page, which the baselines are given as a constant. */
export const nextLink = `${publicUrl}/api/v1/oms/cancellation-reasons/?page=2&page_size=${pageSize}`;
