import { describe, expect, test } from 'vitest';
import { refuse, smallServer } from '../test/small-server.ts';
import { createMatinee } from './create-matinee.ts';

interface Asked {
  limit: number;
  cursor?: string;
  genre?: string;
}

/** A catalogue of so many movies, and what it was asked for. */
function aCatalogue(movies: number) {
  const asked: Asked[] = [];
  const server = smallServer({
    'movies.list': (input: Asked) => {
      asked.push(input);
      const from = Number(input.cursor ?? 0);
      const to = Math.min(from + (input.limit ?? 20), movies);
      const items = Array.from({ length: to - from }, (_, index) => ({ id: `${from + index}` }));
      return { items, nextCursor: to < movies ? `${to}` : null };
    },
  });
  return { asked, matinee: createMatinee({ url: 'http://matinee.test', fetch: server.fetch }) };
}

describe('a list', () => {
  test('answers one page when it is called', async () => {
    const { asked, matinee } = aCatalogue(30);

    const page = await matinee.movies.list({ limit: 10 });

    expect(page.items).toHaveLength(10);
    expect(page.nextCursor).toBe('10');
    expect(asked).toEqual([{ limit: 10 }]);
  });

  test('gives all items page after page, in the largest pages, with the same filter', async () => {
    const { asked, matinee } = aCatalogue(230);
    const ids: string[] = [];

    for await (const movie of matinee.movies.list.all({ genre: 'Drama' })) {
      ids.push(movie.id);
    }

    expect(ids).toEqual(Array.from({ length: 230 }, (_, index) => `${index}`));
    expect(asked).toEqual([
      { genre: 'Drama', limit: 100 },
      { genre: 'Drama', limit: 100, cursor: '100' },
      { genre: 'Drama', limit: 100, cursor: '200' },
    ]);
  });

  test('asks for no page that nobody looks at', async () => {
    const { asked, matinee } = aCatalogue(100);
    const all = matinee.movies.list.all({ limit: 10 });
    expect(asked).toEqual([]);

    for await (const movie of all) {
      if (movie.id === '14') {
        break;
      }
    }

    expect(asked).toHaveLength(2);
  });

  test('becomes an array, of so many items at most', async () => {
    const { asked, matinee } = aCatalogue(230);

    expect(await matinee.movies.list.all().toArray()).toHaveLength(230);
    asked.length = 0;
    const some = await matinee.movies.list.all().toArray({ limit: 7 });

    expect(some.map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(asked).toEqual([{ limit: 7 }]);
    expect(await matinee.movies.list.all().toArray({ limit: 0 })).toEqual([]);
    expect(await matinee.movies.list.all({ limit: 100 }).toArray({ limit: 150 })).toHaveLength(150);
  });

  test('is an iterator that can be asked by hand', async () => {
    const { matinee } = aCatalogue(1);
    const all = matinee.movies.list.all();

    expect(await all.next()).toMatchObject({ done: false, value: { id: '0' } });
    expect(await all.next()).toEqual({ done: true, value: undefined });
  });

  test('has a first page without items', async () => {
    const { matinee } = aCatalogue(0);
    expect(await matinee.movies.list.all().toArray()).toEqual([]);
  });

  test('fails in the middle with the error of the call', async () => {
    const server = smallServer({
      'movies.list': ({ cursor }: Asked) =>
        cursor ? refuse('NOT_FOUND', 404) : { items: [{ id: '0' }], nextCursor: 'x' },
    });
    const matinee = createMatinee({ url: 'http://matinee.test', fetch: server.fetch });
    const seen: string[] = [];

    const reading = (async () => {
      for await (const movie of matinee.movies.list.all()) {
        seen.push(movie.id);
      }
    })();

    await expect(reading).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(seen).toEqual(['0']);
  });
});
