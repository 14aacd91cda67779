import type { Matinee } from '@matinee/sdk';
import { usageError } from './failure.ts';

/** The largest page of a list. */
const largestPage = '100';

/**
 * Reads all pages of a list of the REST API, and returns them as one page.
 *
 * @param path `/movies?genre=Drama`, relative to `/api/v1`
 * @throws MatineeError if the server refuses a request or does not respond
 */
export async function readAllPages(
  matinee: Matinee,
  path: string,
): Promise<{ items: unknown[]; nextCursor: null }> {
  const items: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await matinee.request({ path: atPage(path, cursor) });
    if (!isPage(page)) {
      throw usageError('--paginate needs a list.', `${path} is not a list.`);
    }
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return { items, nextCursor: null };
}

function atPage(path: string, cursor: string | undefined): string {
  const [place = '', query] = path.split('?');
  const parameters = new URLSearchParams(query);
  if (!parameters.has('limit')) {
    parameters.set('limit', largestPage);
  }
  if (cursor !== undefined) {
    parameters.set('cursor', cursor);
  }
  return `${place}?${parameters.toString()}`;
}

function isPage(value: unknown): value is { items: unknown[]; nextCursor: string | null } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'nextCursor' in value &&
    'items' in value &&
    Array.isArray(value.items)
  );
}
