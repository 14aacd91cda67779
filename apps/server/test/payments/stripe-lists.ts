import { countOf, fieldsOf, textOf } from './stripe-params.ts';
import type { Params } from './stripe-params.ts';

interface Paging {
  url: string;
  limit?: number;
  /** The id after which the page begins. */
  after?: string | null;
}

/** One page of a list, whose items are newest first. */
export function pageOf<Item extends { id: string }>(items: readonly Item[], paging: Paging) {
  const { url, limit = 10, after = null } = paging;
  const begin = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1;
  const data = items.slice(begin, begin + limit);
  return { object: 'list', url, has_more: begin + limit < items.length, data };
}

/** The page that a request asks for, of the objects that its filters leave. */
export function requestedPage<Item extends Listed>(
  items: readonly Item[],
  params: Params,
  url: string,
) {
  const { gte } = fieldsOf(params, 'created');
  const filters = ['payment_intent', 'charge'] as const;
  const left = items.filter((item) => {
    const isRecent = gte === undefined || item.created >= Number(gte);
    return isRecent && filters.every((name) => [null, item[name]].includes(textOf(params, name)));
  });
  const limit = countOf(params, 'limit') ?? 10;
  return pageOf(left, { url, limit, after: textOf(params, 'starting_after') });
}

interface Listed {
  id: string;
  created: number;
  payment_intent?: string;
  charge?: string;
}
