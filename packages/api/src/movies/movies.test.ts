import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { Caller, TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, hours, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';

let running: TestApp;
let admin: Person;
let anyone: Caller;
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
  anyone = callerOf(running.app);
});
afterAll(() => running.close());

type CreateInput = Parameters<Caller['movies']['create']>[0];
const aMovie = (changes: Partial<CreateInput> = {}) =>
  admin.call.movies.create({
    title: randomUUID(),
    genre: 'Drama',
    durationMinutes: 90,
    ...changes,
  });
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const seatsOf = (
  { showtime, seatIds }: Awaited<ReturnType<typeof aShowtime>>,
  ...places: number[]
) => ({
  showtimeId: showtime.id,
  seatIds: places.map((place) => seatIds[place] ?? ''),
});

describe('create', () => {
  test('answers the movie with every key', async () => {
    const movie = await aMovie({ title: ' Alien ', releaseDate: '1979-05-25', contentRating: 'R' });
    expect(movie).toEqual({
      id: expect.any(String) as unknown,
      title: 'Alien',
      description: null,
      posterUrl: null,
      genre: 'Drama',
      durationMinutes: 90,
      releaseDate: '1979-05-25',
      contentRating: 'R',
      minimumAge: null,
      ageRule: 'advisory',
      revision: 1,
      createdAt: expect.any(Date) as unknown,
      updatedAt: expect.any(Date) as unknown,
    });
    expect(await anyone.movies.get({ movieId: movie.id })).toEqual(movie);
  });

  test.each([
    { title: '' },
    { title: '  ' },
    { title: 7 },
    { title: 'x'.repeat(256) },
    { title: 'a\0b' },
    { title: '\ud800' },
    { genre: '' },
    { genre: null },
    { durationMinutes: 0 },
    { durationMinutes: 1.5 },
    { durationMinutes: '90' },
    { releaseDate: '2026-02-30' },
    { releaseDate: '2026-2-3' },
    { releaseDate: '2026-02-03T00:00:00Z' },
    { contentRating: 'x'.repeat(256) },
    { posterUrl: '/uploads/x.png' },
    { id: randomUUID() },
  ])('refuses %j', async (change) => {
    expect(await codeOf(aMovie(change as object))).toBe('VALIDATION_ERROR');
  });
});

describe('update', () => {
  test('keeps what is left out, clears with null, and counts its editions', async () => {
    const { id: movieId } = await aMovie({
      description: 'Long',
      releaseDate: '2026-01-01',
      contentRating: 'PG',
    });
    const changes = { title: 'Other', description: null, releaseDate: null };
    const updated = await admin.call.movies.update({ movieId, ...changes });
    expect(updated).toMatchObject({
      ...changes,
      contentRating: 'PG',
      durationMinutes: 90,
      revision: 2,
    });
    expect(await anyone.movies.get({ movieId })).toEqual(updated);
    expect(updated.updatedAt.getTime()).toBeGreaterThanOrEqual(updated.createdAt.getTime());
  });

  test.each([
    { title: null },
    { genre: null },
    { durationMinutes: null },
    { revision: 0 },
    { posterUrl: null },
  ])('refuses %j', async (change) => {
    const { id: movieId } = await aMovie();
    const call = admin.call.movies.update({ movieId, ...change } as { movieId: string });
    expect(await codeOf(call)).toBe('VALIDATION_ERROR');
  });

  test('of an older edition is refused, also when two come at once', async () => {
    const { id: movieId } = await aMovie();
    const edit = (title: string) => admin.call.movies.update({ movieId, title, revision: 1 });
    const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map(edit));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusalOf(edit('e'))).toEqual({ code: 'EDIT_CONFLICT', details: { revision: 2 } });
    await expect(
      admin.call.movies.update({ movieId, title: 'f', revision: 2 }),
    ).resolves.toBeDefined();
  });
});

describe('list', () => {
  test('goes by title without case, filtered by genre and by words of the title', async () => {
    const tag = randomUUID();
    for (const [title, genre] of [
      ['b', 'Noir'],
      ['A', 'noir'],
      ['c 100%', 'Noir Comedy'],
      ['d_', 'NOIR'],
    ]) {
      await aMovie({ title: `${title} ${tag}`, genre: genre ?? '' });
    }
    const titles = async (input: object) =>
      (await anyone.movies.list({ search: tag, ...input })).items.map(
        ({ title }) => title.split(` ${tag}`)[0],
      );
    expect(await titles({})).toEqual(['A', 'b', 'c 100%', 'd_']);
    expect(await titles({ genre: 'nOIR' })).toEqual(['A', 'b', 'd_']);
    expect(await titles({ genre: 'Noi' })).toEqual([]);
    expect(await titles({ search: tag.toUpperCase() })).toHaveLength(4);
    expect(await titles({ search: `% ${tag}` })).toEqual(['c 100%']);
    expect(await titles({ search: `_ ${tag}` })).toEqual(['d_']);
    expect(await titles({ search: `\\ ${tag}` })).toEqual([]);
    expect(await titles({ search: `' or 1=1 --${tag}` })).toEqual([]);
  });

  test('finds a movie by the end of its id, ignoring case', async () => {
    const [{ id }] = [await aMovie(), await aMovie()];
    const found = async (idEndsWith: string) =>
      (await anyone.movies.list({ idEndsWith })).items.map((movie) => movie.id);
    expect(await found(id.slice(-6))).toEqual([id]);
    expect(await found(id.slice(-14).toUpperCase())).toEqual([id]);
    expect(await found(id)).toEqual([id]);
    expect(await found(`${id.slice(0, 8)}-0000`)).toEqual([]);
  });

  test.each(['12345', 'x12345', '______', '%%%%%%', 'a'.repeat(37)])(
    'refuses %s as the end of an id',
    async (idEndsWith) => {
      expect(await codeOf(anyone.movies.list({ idEndsWith }))).toBe('VALIDATION_ERROR');
    },
  );

  test.each([
    ['ÉTÉ À NOËL', 'été à noël'],
    ['МОСКВА', 'москва'],
    ['ΩΜΈΓΑ', 'ωμέγα'],
    ['ΜΎΘΟΣ ΣΟΦΌΣ', 'μύθος σοφός'],
    ['Μύθος Σοφός', 'ΜΎΘΟΣ ΣΟΦΌΣ'],
    ['Μύθος', 'μύθοσ'],
  ])('finds %s by %s, in title and genre', async (upper, lower) => {
    const { id } = await aMovie({
      title: `${upper} ${randomUUID()}`,
      genre: `${upper}-${randomUUID()}`,
    });
    const { genre, title } = await anyone.movies.get({ movieId: id });
    const found = async (input: object) =>
      (await anyone.movies.list(input)).items.map((movie) => movie.id);
    expect(await found({ search: title.replace(upper, lower) })).toEqual([id]);
    expect(await found({ genre: genre.replace(upper, lower) })).toEqual([id]);
  });

  test.each([
    ['Amélie', 'amelie'],
    ['Amelie', 'AMÉLIE'],
    ['Amélie', 'Ame\u0301lie'],
    ['Straße', 'strasse'],
    ['STRASSE', 'straße'],
    ['ﬁlm', 'film'],
    ['Ｆｉｌｍ', 'film'],
    ['Łódź', 'lodz'],
    ['Œuvre', 'oeuvre'],
    ['Smørrebrød', 'smorrebrod'],
    ['İstanbul', 'istanbul'],
    ['Ёлки', 'елки'],
    ['ΟΔΌΣ', 'οδος'],
    ['L’Argent', "l'argent"],
    ["L'Argent", 'l’argent'],
    ['The “Quoted”', 'the "quoted"'],
    ['七人の侍ガ', 'の侍ガ'],
    ['살인의 추억', '추억'],
  ])('finds %s by %s', async (title, search) => {
    const tag = randomUUID();
    const { id } = await aMovie({ title: `${title} ${tag}` });
    const { items } = await anyone.movies.list({ search: `${search} ${tag}` });
    expect(items.map((movie) => movie.id)).toEqual([id]);
  });

  test('does not take parts of a character for the character', async () => {
    const tag = randomUUID();
    await aMovie({ title: `한 ${tag}` });
    await aMovie({ title: `が ${tag}` });
    for (const search of ['하', 'か']) {
      expect((await anyone.movies.list({ search: `${search} ${tag}` })).items).toEqual([]);
    }
  });

  test('finds a movie by its new title', async () => {
    const { id: movieId } = await aMovie();
    const tag = randomUUID();
    await admin.call.movies.update({ movieId, title: `Élan ${tag}` });
    expect((await anyone.movies.list({ search: `elan ${tag}` })).items).toMatchObject([
      { id: movieId },
    ]);
  });

  test('goes by title as people sort, in pages of any length', async () => {
    const tag = randomUUID();
    const inOrder = [
      '"Ä"',
      '100',
      'Ångström',
      'elan',
      'Elan',
      'Élan',
      'Öland',
      'Zebra',
      'zoo',
      'Москва',
      '七人',
    ];
    for (const title of inOrder.toReversed()) {
      await aMovie({ title: `${title} ${tag}` });
    }
    for (const limit of [1, 3, 4, 100]) {
      const found: string[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null) {
        const page = await anyone.movies.list({ search: tag, limit, ...(cursor && { cursor }) });
        found.push(...page.items.map(({ title }) => title.replace(` ${tag}`, '')));
        cursor = page.nextCursor;
      }
      expect(found).toEqual(inOrder);
    }
  });

  test('reads a page of titles from the index', async () => {
    const explain = async (condition: string) => {
      const client = await running.app.pool.connect();
      try {
        await client.query('begin; set local enable_seqscan to off; set local enable_sort to off');
        const { rows } = await client.query<Record<string, string>>(
          `explain select m.id from movies m where ${condition}
           order by m.title collate "und-x-icu", m.id limit 21`,
        );
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      } finally {
        await client.query('rollback');
        client.release();
      }
    };
    const after = `(m.title collate "und-x-icu", m.id) > ('M'::text, '${randomUUID()}'::uuid)`;
    expect(await explain('true')).toContain('using idx_movies_by_title');
    expect(await explain(after)).toMatch(/using idx_movies_by_title[^]*Index Cond: \(ROW\(/);
  });

  const pages = async (search: string, onPage?: () => Promise<unknown>) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await anyone.movies.list({ search, limit: 2, ...(cursor ? { cursor } : {}) });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ title }) => title.slice(0, 2)));
      cursor = page.nextCursor ?? undefined;
      await onPage?.();
    } while (cursor !== undefined);
    return seen;
  };

  test('pages through everything once, while rows are added', async () => {
    const tag = randomUUID();
    for (const title of ['c1', 'a1', 'e1', 'b1', 'b1', 'b1', 'd1']) {
      await aMovie({ title: `${title} ${tag}` });
    }
    expect(await pages(tag)).toEqual(['a1', 'b1', 'b1', 'b1', 'c1', 'd1', 'e1']);
    const addBefore = () => aMovie({ title: `a0 ${tag}` });
    expect(await pages(tag, addBefore)).toEqual(['a1', 'b1', 'b1', 'b1', 'c1', 'd1', 'e1']);
  });

  test.each([['x'], ['ж'], ['映'], ['🎬'], ['"']])(
    'pages through titles of 255 × %s',
    async (letter) => {
      const tag = randomUUID();
      const filler = letter.repeat(Math.floor((255 - 40) / letter.length));
      for (const title of ['a1', 'a2', 'a3']) {
        await aMovie({ title: `${title} ${tag}${filler}` });
      }
      expect(await pages(tag)).toEqual(['a1', 'a2', 'a3']);
    },
  );

  const forged = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');
  test.each([
    ['garbage'],
    [''],
    [forged({})],
    [forged(['a'])],
    [forged(['a', 'b'])],
    [forged([1, randomUUID()])],
    [forged(['a\0', randomUUID()])],
    [forged([null, randomUUID()])],
  ])('refuses the cursor %j', async (cursor) => {
    expect(await codeOf(anyone.movies.list({ cursor }))).toBe('VALIDATION_ERROR');
  });

  test.each([
    { limit: 0 },
    { limit: 101 },
    { limit: 1.5 },
    { search: '\0' },
    { date: '2026-13-01' },
    { title: 'x' },
  ])('refuses %j', async (input) => {
    expect(await codeOf(anyone.movies.list(input as object))).toBe('VALIDATION_ERROR');
  });

  test('by date takes the day of the theater, and shows that take place', async () => {
    const { theater, movieId, ...scene } = await aShowtime(running.app, {
      timezone: 'America/New_York',
    });
    const create = (startTime: string) =>
      scene.admin.call.showtimes.create({
        movieId,
        theaterId: theater.id,
        price: '9.00',
        startTime,
      });
    await create('2031-07-01T03:59:59Z');
    const cancelled = await create('2031-07-03T12:00:00Z');
    await scene.admin.call.showtimes.cancel({ showtimeId: cancelled.id, reason: 'Flood' });
    const { title: search } = await anyone.movies.get({ movieId });
    const days = ['2031-06-29', '2031-06-30', '2031-07-01', '2031-07-03'];
    const shown = await Promise.all(days.map((date) => anyone.movies.list({ search, date })));
    expect(shown.map(({ items }) => items.length)).toEqual([0, 1, 0, 0]);
  });
});

test('genres are counted without case, and without what was deleted', async () => {
  const genre = `Giallo ${randomUUID()}`;
  const [first] = [await aMovie({ genre }), await aMovie({ genre: genre.toUpperCase() })];
  const counted = async () =>
    (await anyone.movies.genres()).filter(
      (each) => each.genre.toLowerCase() === genre.toLowerCase(),
    );
  expect((await counted()).map(({ movies }) => movies)).toEqual([2]);
  await admin.call.movies.delete({ movieId: first.id });
  expect((await counted()).map(({ movies }) => movies)).toEqual([1]);
});

describe('delete', () => {
  test('erases what no reservation ever named, with its showtimes', async () => {
    const { movieId, showtime } = await aShowtime(running.app);
    expect(await admin.call.movies.delete({ movieId })).toEqual({ id: movieId, archived: false });
    expect(await codeOf(anyone.movies.get({ movieId }))).toBe('NOT_FOUND');
    expect(await codeOf(anyone.movies.showtimes({ movieId }))).toBe('NOT_FOUND');
    expect(await codeOf(anyone.showtimes.get({ showtimeId: showtime.id }))).toBe('NOT_FOUND');
    expect(await codeOf(admin.call.movies.delete({ movieId }))).toBe('NOT_FOUND');
    const { rows } = await running.app.pool.query('select 1 from showtimes where id = $1', [
      showtime.id,
    ]);
    expect(rows).toEqual([]);
  });

  test('is refused with the counts while seats of upcoming showtimes are held, and changes nothing', async () => {
    const scene = await aShowtime(running.app);
    const { movieId, theater, showtime } = scene;
    const startTime = new Date(showtime.startTime.getTime() + hours(5));
    const free = await admin.call.showtimes.create({
      movieId,
      theaterId: theater.id,
      price: '1.00',
      startTime,
    });
    const user = await aUser(running.app);
    await user.call.showtimes.lockSeats(seatsOf(scene, 0, 1, 2));
    const { id } = await user.call.reservations.create(seatsOf(scene, 0));
    const refusal = { code: 'IN_USE', details: { showtimes: 1, lockedSeats: 2, reservedSeats: 1 } };
    expect(await refusalOf(admin.call.movies.delete({ movieId }))).toEqual(refusal);
    await expect(anyone.showtimes.get({ showtimeId: free.id })).resolves.toBeDefined();
    await user.call.reservations.cancel({ reservationId: id });
    await user.call.showtimes.unlockSeats({ showtimeId: showtime.id });
    expect(await admin.call.movies.delete({ movieId })).toEqual({ id: movieId, archived: true });
  });

  test('passes over locks that have expired', async () => {
    const scene = await aShowtime(running.app);
    await (await aUser(running.app)).call.showtimes.lockSeats(seatsOf(scene, 0));
    const expire = `update seat_claims set locked_at = locked_at - interval '1 hour',
      expires_at = date_trunc('milliseconds', clock_timestamp()) where showtime_id = $1`;
    await running.app.pool.query(expire, [scene.showtime.id]);
    const { movieId } = scene;
    expect(await admin.call.movies.delete({ movieId })).toEqual({ id: movieId, archived: false });
  });

  test('archives what a reservation names: gone from the catalogue, still in the reservation', async () => {
    const scene = await aShowtime(running.app);
    const { movieId, showtime, theater } = scene;
    const user = await aUser(running.app);
    await user.call.showtimes.lockSeats(seatsOf(scene, 0));
    const bought = await user.call.reservations.create(seatsOf(scene, 0));
    const ended = `update showtimes set start_time = start_time - interval '3 days',
      end_time = end_time - interval '3 days', blocked_until = blocked_until - interval '3 days' where id = $1`;
    await running.app.pool.query(ended, [showtime.id]);
    const bookedBefore = `update reservation_events set created_at = created_at - interval '4 days'`;
    await running.app.pool.query(`${bookedBefore} where reservation_id = $1`, [bought.id]);
    await running.app.pool.query(
      `update seat_claims set locked_at = locked_at - interval '5 days'
      where showtime_id = $1`,
      [showtime.id],
    );

    expect(await admin.call.movies.delete({ movieId })).toEqual({ id: movieId, archived: true });

    expect(await codeOf(anyone.movies.get({ movieId }))).toBe('NOT_FOUND');
    expect(await codeOf(anyone.showtimes.seats({ showtimeId: showtime.id }))).toBe('NOT_FOUND');
    const { items } = await anyone.movies.list({ search: bought.showtime.movie.title });
    expect(items).toEqual([]);
    const kept = await user.call.reservations.get({ reservationId: bought.id });
    expect(kept.showtime.movie).toEqual(bought.showtime.movie);
    const report = await admin.call.admin.reports.revenue({ movieId });
    expect(report.totals).toMatchObject({ revenue: '10.00', seats: 1 });
    const again = {
      movieId,
      theaterId: theater.id,
      price: '1.00',
      startTime: new Date(Date.now() + hours(9)),
    };
    expect(await refusalOf(admin.call.showtimes.create(again))).toEqual({
      code: 'NOT_FOUND',
      details: { field: 'movieId' },
    });
  });
});

test('every posterUrl begins with the address of the CDN, and the row does not', async () => {
  const posterBaseUrl = 'https://cdn.example.com/shop/';
  const server = await createTestApp({ posterBaseUrl });
  const { call } = await anAdmin(server.app);
  const { movieId, showtime } = await aShowtime(server.app);
  const path = `/uploads/${'a'.repeat(64)}.png`;
  const url = `https://cdn.example.com/shop${path}`;
  const set = 'update movies set poster_url = $1 where id = $2';
  await server.app.pool.query(set, [path, movieId]);
  const { items: shows } = await call.showtimes.list({ movieId, limit: 5 });
  const { items: movies } = await call.movies.list({ limit: 5 });
  const edited = await call.movies.update({ movieId, genre: 'Western' });
  const found = await call.movies.search({ q: edited.title });
  const recommended = await call.movies.recommended({});
  const date = showtime.startTime.toISOString().slice(0, 10);
  const programme = await call.showtimes.programme({ date });
  const answers = [
    ...shows.map(({ movie }) => movie.posterUrl),
    ...movies.map(({ posterUrl }) => posterUrl),
    (await call.showtimes.get({ showtimeId: showtime.id })).movie.posterUrl,
    (await call.movies.get({ movieId })).posterUrl,
    edited.posterUrl,
    ...found.map(({ movie }) => movie.posterUrl),
    ...found.map(({ nextShowtime }) => nextShowtime?.movie.posterUrl),
    ...recommended.map(({ movie }) => movie.posterUrl),
    ...programme.map(({ movie }) => movie.posterUrl),
  ];
  expect(answers).toEqual(Array(9).fill(url));
  const { rows } = await server.app.pool.query('select poster_url as stored from movies');
  expect(rows).toEqual([{ stored: path }]);
  const bare = await call.movies.create({ title: 'Bare', genre: 'Drama', durationMinutes: 90 });
  expect(bare.posterUrl).toBeNull();
  await server.close();
});
