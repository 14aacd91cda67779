import type { Page } from './procedures.ts';

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
