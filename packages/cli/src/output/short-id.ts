import type { Column } from './table.ts';

/** The characters at the end of an id that people read and type. */
const shortest = 6;

/** The last characters of an id. Every command accepts them in place of the id. */
export function shortId(id: string): string {
  return id.slice(-shortest);
}

/** A column of ids: their last characters at a terminal, whole ids in a pipe. */
export function idColumn<Item extends { id: string }>(): Column<Item> {
  return { title: 'ID', value: ({ id }) => shortId(id), piped: ({ id }) => id };
}

/** The shortest endings of at least six characters that distinguish the ids. */
export function distinctEndings(ids: readonly string[]): string[] {
  const different = new Set(ids).size;
  const longest = Math.max(0, ...ids.map(({ length }) => length));
  for (let length = shortest; length < longest; length += 1) {
    const endings = ids.map((id) => id.slice(-length));
    if (new Set(endings).size === different) {
      return endings;
    }
  }
  return [...ids];
}
