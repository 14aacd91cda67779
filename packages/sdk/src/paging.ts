import type { CallOptions } from './call.ts';

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  /** The `cursor` of the next page; `null` on the last page. */
  nextCursor: string | null;
}

/** A list: a function for one page, and beside it all pages. */
export interface List<Input, Answer extends Page<unknown>> {
  (...args: Arguments<Input>): Promise<Answer>;
  /**
   * All items, page after page, in a `for await` or as an array. `limit` is the size of a page; the
   * largest if left out.
   *
   * @example
   * ```ts
   * for await (const movie of matinee.movies.list.all({ genre: 'Drama' })) {
   *   console.log(movie.title);
   * }
   * const first50 = await matinee.movies.list.all().toArray({ limit: 50 });
   * console.log(first50.length);
   * ```
   */
  all(...args: Arguments<Omit<Input, 'cursor'>>): Items<Answer['items'][number]>;
}

/** Of an input of which every key may be left out, nothing need be given. */
type Arguments<Input> = object extends Input
  ? [input?: Input, options?: CallOptions]
  : [input: Input, options?: CallOptions];

/** All items of a list, page after page. */
export interface Items<Item> extends AsyncGenerator<Item, void, undefined> {
  /** Collects the items, at most `limit` of them. */
  toArray(options?: { limit?: number | undefined }): Promise<Item[]>;
}

/** The server's most, for the fewest round trips. */
const largestPage = 100;

/**
 * Reads a list to its end. Nothing is asked for before the first item is.
 *
 * @param readPage asks for one page; `limit` is the size of a page
 */
export function listAll<Item>(
  readPage: (input: { limit: number; cursor?: string }) => Promise<Page<Item>>,
  pageSize: number = largestPage,
): Items<Item> {
  let wanted = Number.POSITIVE_INFINITY;

  async function* items(): AsyncGenerator<Item, void, undefined> {
    const limit = Math.min(pageSize, wanted);
    let page = await readPage({ limit });
    yield* page.items;
    while (page.nextCursor !== null) {
      page = await readPage({ limit, cursor: page.nextCursor });
      yield* page.items;
    }
  }

  async function toArray({ limit = wanted }: { limit?: number | undefined } = {}) {
    wanted = limit;
    const found: Item[] = [];
    if (limit < 1) {
      return found;
    }
    for await (const item of iterator) {
      found.push(item);
      if (found.length >= limit) {
        break;
      }
    }
    return found;
  }

  const iterator: Items<Item> = Object.assign(items(), { toArray });
  return iterator;
}
