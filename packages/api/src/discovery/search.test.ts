import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { Caller, TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { filmCatalogue } from '../../test/search-catalogue.ts';
import { searchQueries } from '../../test/search-queries.ts';

let running: TestApp;
let admin: Person;
let anyone: Caller;
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
  anyone = callerOf(running.app);
  for (const films of chunked(filmCatalogue(), 2_000)) {
    await running.app.pool.query(
      `insert into movies (id, title, genre, duration_minutes, release_date)
       select id, title, 'Drama', 100, make_date(year, 6, 1)
       from unnest($1::uuid[], $2::text[], $3::int[]) as x (id, title, year)`,
      [films.map(() => v7()), films.map(({ title }) => title), films.map(({ year }) => year)],
    );
  }
  await running.app.pool.query('analyze movies');
});
afterAll(() => running.close());

function chunked<Item>(items: readonly Item[], size: number): Item[][] {
  const chunks = Array.from({ length: Math.ceil(items.length / size) });
  return chunks.map((_, index) => items.slice(index * size, (index + 1) * size));
}

const aMovie = (title: string, changes: object = {}) =>
  admin.call.movies.create({ title, genre: 'Drama', durationMinutes: 90, ...changes });
const search = (input: Parameters<Caller['movies']['search']>[0]) => anyone.movies.search(input);
const titlesFor = async (q: string, limit = 5) =>
  (await search({ q, limit })).map(({ movie }) => movie.title);

test('60 searches with typing errors in 20,000 movies have the right one first in 95 of 100 cases', async () => {
  const missed: string[] = [];
  for (const { q, title, year, kind } of searchQueries()) {
    const [first] = await search({ q, limit: 1 });
    const isRight =
      first?.movie.title === title &&
      (year === undefined || first.movie.releaseDate?.startsWith(String(year)));
    if (!isRight) {
      missed.push(`${kind}: ${q} found ${first?.movie.title ?? 'nothing'}, not ${title}`);
    }
  }
  // None today. What is missed of 60 is named; three may be.
  expect(missed.slice(3)).toEqual([]);
  console.log(`Searches that missed their movie: ${missed.length}. ${missed.join('; ')}`);
});

test.each([
  ['the title as it is', 'Amelies Erbe', 'amelies erbe'],
  ['a letter missing', 'Quixotic Zephyr', 'quixtic zephyr'],
  ['two letters swapped', 'Quixotic Zephyrs', 'qiuxotic zephyrs'],
  ['two words written as one', 'Lantern Keeper Rex', 'lanternkeeper rex'],
  ['one word written as two', 'Moonwhistle Rex', 'moon whistle rex'],
  ['the beginning of a word', 'Xylophonia Rex', 'xylopho'],
  ['a part of the title', 'Journey to Vrakania', 'vrakania'],
  ['other words around', 'Brontolina', 'the brontolina'],
  ['a Roman numeral as a digit', 'Garrulous Otter IV', 'garrulous otter 4'],
  ['another alif and ta marbuta', 'إعارة الرسالة المفقودة جدا', 'اعاره الرساله المفقوده جدا'],
  ['Persian letters', 'کتاب بی‌پایان یگانه', 'كتاب بي پايان يگانه'],
  ['a final letter of Hebrew as another', 'שלום עולם מוזר מאוד', 'שלומ עולמ מוזר מאוד'],
  ['hiragana for katakana', 'ズンドコクラブ大作戦', 'ずんどこくらぶ大作戦'],
  ['a wrong syllable', '푸른별자리', '푸른벌자리'],
  ['a part of a title without spaces', '銀色万年筆物語', '万年筆'],
  ['two errors in a long word', 'The Extravagantium of Uncle Theodore Ridge', 'the extrvagantuim'],
  ['one word written as two, with an error', 'Starwhisper Yak', 'star whispre yak'],
  ['letters with signs between them', 'Q*Z*X*V', 'qzxv'],
  ['three errors in a title without spaces', '古時計修理工房の秘密', '古時計修理工房之悲蜜'],
])('finds %s', async (_case, title, q) => {
  await aMovie(title);
  const [first] = await search({ q, limit: 1 });
  expect(first?.movie.title).toBe(title);
});

test('scores the title as it was typed with 1, and an error with less', async () => {
  await aMovie('Plinth of Zorbas');
  const scoreFor = async (q: string) => (await search({ q, limit: 1 }))[0]?.score;
  expect(await scoreFor('PLINTH of  zorbas!')).toBe(1);
  const withError = await scoreFor('plimth of zorbas');
  expect(withError).toBeLessThan(1);
  expect(withError).toBeGreaterThan(0.8);
});

test('finds a movie by its new title alone', async () => {
  const { id: movieId } = await aMovie('Wrongly Named Gazelle');
  await admin.call.movies.update({ movieId, title: 'Properly Named Quokka' });
  expect(await titlesFor('properly named quoka', 1)).toEqual(['Properly Named Quokka']);
  expect(await titlesFor('wrongly named gazelle')).not.toContain('Properly Named Quokka');
});

test('finds a movie by its description when no title fits', async () => {
  await aMovie('Untitled 77', { description: 'A clockmaker befriends a grumpy axolotl.' });
  const [first] = await search({ q: 'grumpy axolotl' });
  expect(first).toMatchObject({ movie: { title: 'Untitled 77' }, score: 0.2 });
});

test('takes the year beside a title for that of the release', async () => {
  await aMovie('Marzipan Heist', { releaseDate: '1962-02-01' });
  await aMovie('Marzipan Heist', { releaseDate: '2014-02-01' });
  for (const year of ['1962', '2014']) {
    const [first] = await search({ q: `marzipn heist ${year}` });
    expect(first?.movie.releaseDate).toBe(`${year}-02-01`);
  }
});

test('takes the year beside a title that is shorter than it', async () => {
  await aMovie('Ox', { releaseDate: '2014-02-01' });
  await aMovie('Blade of 2014', { releaseDate: '1990-02-01' });
  expect(await titlesFor('ox 2014', 1)).toEqual(['Ox']);
});

test('finds nothing rather than anything', async () => {
  expect(await titlesFor('the zzzzqqqqxxxxvvvv')).toEqual([]);
});

test('leaves out archived movies', async () => {
  const { id: movieId } = await aMovie('Vanishing Ocelot');
  expect(await titlesFor('vanishing ocelot', 1)).toEqual(['Vanishing Ocelot']);
  await running.app.pool.query('update movies set archived_at = now() where id = $1', [movieId]);
  expect(await titlesFor('vanishing ocelot')).not.toContain('Vanishing Ocelot');
});

test.each([`'; drop table movies; --`, '%', '\\', '???', '_____', '$1', 'a'.repeat(255)])(
  'takes %s for a text',
  async (q) => {
    expect(Array.isArray(await search({ q }))).toBe(true);
    expect(await titlesFor('heat', 1)).toEqual(['Heat']);
  },
);

test.each([
  { q: '' },
  { q: '   ' },
  { q: '\0' },
  { q: 'a'.repeat(256) },
  { q: 'a', limit: 0 },
  { q: 'a', limit: 51 },
  { q: 'a', from: '2026-02-30' },
  { q: 'a', from: '2026-02-03', to: '2026-02-02' },
  { q: 'a', title: 'b' },
  {},
])('refuses %j', async (input) => {
  const refusal = await refusalOf(search(input as { q: string }));
  expect(refusal.code).toBe('VALIDATION_ERROR');
});

describe('with shows', () => {
  const titled = async (title: string) => {
    const scene = await aShowtime(running.app, { timezone: 'Asia/Tokyo' });
    await admin.call.movies.update({ movieId: scene.movieId, title });
    return scene;
  };

  test('names the next one, and puts the sooner one first among equals', async () => {
    const later = await titled('Twin Peccary');
    const sooner = await titled('Twin Peccary');
    await running.app.pool.query(
      `update showtimes set start_time = start_time - interval '1 hour',
         end_time = end_time - interval '1 hour', blocked_until = blocked_until - interval '1 hour'
       where id = $1`,
      [sooner.showtime.id],
    );
    await aMovie('Twin Peccary');
    const found = await search({ q: 'twin peccary', limit: 3 });
    const next = found.map(({ nextShowtime }) => nextShowtime?.id ?? null);
    expect(next).toEqual([sooner.showtime.id, later.showtime.id, null]);
    const show = await anyone.showtimes.get({ showtimeId: sooner.showtime.id });
    expect(found[0]?.nextShowtime).toMatchObject({ id: show.id, price: show.price });
  });

  test('passes over shows that are cancelled or have started', async () => {
    const { showtime, movieId } = await titled('Cancelled Caracal');
    await admin.call.showtimes.cancel({ showtimeId: showtime.id, reason: 'Flood' });
    const [found] = await search({ q: 'cancelled caracal', limit: 1 });
    expect(found).toMatchObject({ movie: { id: movieId }, nextShowtime: null });
  });

  test('keeps to a cinema and to business days', async () => {
    const { showtime, movieId } = await titled('Filtered Fennec');
    await aMovie('Filtered Fennec');
    const { id: siteId } = await admin.call.sites.create({
      name: 'Elsewhere',
      timezone: 'UTC',
    } as Parameters<Person['call']['sites']['create']>[0]);
    const [{ siteId: own }] = [await anyone.theaters.get({ theaterId: showtime.theater.id })];
    const day = new Date(showtime.startTime.getTime() + 9 * 3_600_000).toISOString().slice(0, 10);
    const ids = async (input: object) =>
      (await search({ q: 'filtered fennec', ...input })).map(({ movie }) => movie.id);
    expect(await ids({ siteId: own })).toEqual([movieId]);
    expect(await ids({ siteId })).toEqual([]);
    expect(await ids({ from: day, to: day })).toEqual([movieId]);
    expect(await ids({ from: '2199-01-01' })).toEqual([]);
    expect(await ids({ to: '2020-01-01' })).toEqual([]);
    const unknown = { q: 'a', siteId: '00000000-0000-7000-8000-000000000000' };
    expect((await refusalOf(search(unknown))).code).toBe('NOT_FOUND');
  });
});
