/** The base of our links, so that they are the same from every gateway. */
export const publicUrl = 'https://api.refundry.example';

export const pageSize = 50;

/** A page of a list, as every subject is asked for it. */
export interface ListPage {
  readonly list: 'cancellation-reasons' | 'customers';
  /** Below the gateway. */
  readonly path: string;
  readonly number: number;
  readonly rowsInAll: number;
}

/** The first page of the list page's benchmark: 50 of 100,000 rows, in the list's own order, with the exact count. */
export const reasonsPage: ListPage = {
  list: 'cancellation-reasons',
  path: '/api/v1/oms/cancellation-reasons/',
  number: 1,
  rowsInAll: 100_000,
};

/** The request, by the number of the page. */
export const pathOf = ({ path, number }: Pick<ListPage, 'path' | 'number'>): string =>
  `${path}?${number === 1 ? '' : `page=${number}&`}page_size=${pageSize}`;

/** The links to the pages around one, as JSON, which the baselines are given as constants. */
export function linksOf({ path, number, rowsInAll }: ListPage): { next: string; previous: string } {
  const link = (page: number): string =>
    page < 1 || page > Math.ceil(rowsInAll / pageSize)
      ? 'null'
      : JSON.stringify(`${publicUrl}${pathOf({ path, number: page })}`);
  return { next: link(number + 1), previous: link(number - 1) };
}
