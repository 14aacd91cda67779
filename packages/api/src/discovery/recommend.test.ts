import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import {
  aGuest,
  anAdmin,
  aShowtime,
  aUser,
  days,
  password,
  refusalOf,
} from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { countRecommendations } from './pairs.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

const sql = (text: string, values: unknown[] = []) => running.app.pool.query(text, values);

interface Show {
  showtimeId: string;
  /** Not booked yet. */
  seatIds: string[];
}

/** A movie with two shows ahead: one that `count` lets be over, and one that stays ahead. */
async function aFilm({ genre = `Genre ${randomUUID()}`, isAhead = true, isOld = true } = {}) {
  const { admin, theater, movieId, showtime, seatIds } = await aShowtime(running.app, {
    seats: 60,
  });
  await admin.call.movies.update({ movieId, genre });
  if (isOld) {
    await sql(`update movies set created_at = now() - interval '60 days' where id = $1`, [movieId]);
  }
  const startTime = new Date(showtime.startTime.getTime() + days(9));
  const show = { movieId, theaterId: theater.id, startTime, price: '1.00' };
  const ahead = isAhead ? await admin.call.showtimes.create(show) : undefined;
  const { title } = await admin.call.movies.get({ movieId });
  return {
    ...{ movieId, title, admin, siteId: theater.siteId },
    past: { showtimeId: showtime.id, seatIds: [...seatIds] },
    ahead: { showtimeId: ahead?.id ?? '', seatIds: [...seatIds] },
  };
}
type Film = Awaited<ReturnType<typeof aFilm>>;

async function book({ call }: Person, { showtimeId, seatIds }: Show) {
  const seats = { showtimeId, seatIds: seatIds.splice(0, 1) };
  await call.showtimes.lockSeats(seats);
  return call.reservations.create(seats);
}

/** Moves shows and all that was booked in them back by nine days, as if these had gone by. */
async function letBeOver(films: readonly Film[]) {
  const ids = [films.map(({ past }) => past.showtimeId)];
  const back = (...columns: string[]) =>
    columns.map((column) => `${column} = ${column} - interval '9 days'`).join(', ');
  await sql(
    `update showtimes set ${back('start_time', 'end_time', 'blocked_until')} where id = any($1)`,
    ids,
  );
  await sql(`update seat_claims set ${back('locked_at')} where showtime_id = any($1)`, ids);
  await sql(`update reservations set ${back('created_at')} where showtime_id = any($1)`, ids);
  await sql(`update reservation_events set ${back('created_at')} where showtime_id = any($1)`, ids);
}

/** At least three are promised to the compiler. */
type People = [Person, Person, Person, ...Person[]];

async function visitors(count: number, films: readonly Film[]): Promise<People> {
  const people: Person[] = [];
  for (let made = 0; made < count; made += 1) {
    const person = await aUser(running.app);
    for (const { past } of films) {
      await book(person, past);
    }
    people.push(person);
  }
  return people as People;
}

const count = () => countRecommendations(running.app);
const recommendedTo = (person: Person, siteId?: string) =>
  person.call.movies.recommended({ limit: 20, ...(siteId ? { siteId } : {}) });
const reasonFor = async (person: Person, { movieId }: Film) =>
  (await recommendedTo(person)).find(({ movie }) => movie.id === movieId)?.because;

describe('of what others saw', () => {
  test('name a movie that the reader saw, when five customers saw both', async () => {
    const [seen, other, rare] = [await aFilm(), await aFilm(), await aFilm()];
    await visitors(4, [seen, other, rare]);
    await visitors(1, [seen, other]);
    const [reader] = await visitors(1, [seen]);
    await letBeOver([seen, other, rare]);
    await count();
    expect(await reasonFor(reader, other)).toEqual({
      type: 'seen',
      movieId: seen.movieId,
      title: seen.title,
    });
    expect(await reasonFor(reader, rare)).toBeUndefined();
  });

  test('leave out what the reader has seen or booked, and what has no show ahead', async () => {
    const films = [await aFilm(), await aFilm(), await aFilm({ isAhead: false }), await aFilm()];
    await visitors(5, films);
    const [seen, bookedAhead, over, free] = films as [Film, Film, Film, Film];
    const [reader] = await visitors(1, [seen]);
    await book(reader, bookedAhead.ahead);
    await letBeOver(films);
    await count();
    const found = (await recommendedTo(reader)).map(({ movie }) => movie.id);
    expect(found).toContain(free.movieId);
    for (const { movieId } of [seen, bookedAhead, over]) {
      expect(found).not.toContain(movieId);
    }
  });

  test('count neither guests, nor cancelled bookings, nor shows that are not over', async () => {
    const [seen, other] = [await aFilm(), await aFilm()];
    await visitors(4, [seen, other]);
    const [reader, cancelling, early] = await visitors(3, [seen]);
    const { id: reservationId } = await book(cancelling, other.past);
    await cancelling.call.reservations.cancel({ reservationId });
    await book(early, other.ahead);
    const guest = await aGuest(running.app);
    await book(guest, seen.past);
    await book(guest, other.past);
    await letBeOver([seen, other]);
    await count();
    expect((await reasonFor(reader, other))?.type).not.toBe('seen');
  });

  test('forget who does not want to be counted, and whose account is deleted', async () => {
    const [seen, other] = [await aFilm(), await aFilm()];
    const [opting, leaving] = await visitors(6, [seen, other]);
    const [reader] = await visitors(1, [seen]);
    await letBeOver([seen, other]);
    await count();
    expect(await reasonFor(reader, other)).toBeDefined();
    await opting.call.auth.updateNotifications({ recommendations: false });
    await count();
    expect(await reasonFor(reader, other)).toBeDefined();
    await leaving.call.auth.deleteAccount({ password });
    await count();
    expect(await reasonFor(reader, other)).toBeUndefined();
  });

  test('are not made for a reader who turned them off', async () => {
    const [seen, other] = [await aFilm(), await aFilm()];
    await visitors(5, [seen, other]);
    const [reader] = await visitors(1, [seen]);
    await letBeOver([seen, other]);
    await count();
    await reader.call.auth.updateNotifications({ recommendations: false });
    expect(await reasonFor(reader, other)).toBeUndefined();
    expect((await reader.call.auth.notifications()).recommendations).toBe(false);
    await reader.call.auth.updateNotifications({ recommendations: true, news: true });
    expect(await reasonFor(reader, other)).toBeDefined();
  });

  test('do not put the greatest success first only because everybody saw it', async () => {
    const [seen, niche, hit] = [await aFilm(), await aFilm(), await aFilm()];
    await visitors(6, [seen, niche, hit]);
    await visitors(2, [seen, hit]);
    await visitors(30, [hit]);
    const [reader] = await visitors(1, [seen]);
    await letBeOver([seen, niche, hit]);
    await count();
    const found = (await recommendedTo(reader)).map(({ movie }) => movie.id);
    expect(found.indexOf(niche.movieId)).toBeGreaterThanOrEqual(0);
    expect(found.indexOf(niche.movieId)).toBeLessThan(found.indexOf(hit.movieId));
  });
});

describe('without a history', () => {
  test('name what was booked at the cinema in the last week', async () => {
    const [film, old] = [await aFilm(), await aFilm()];
    const somebody = await aUser(running.app);
    await book(somebody, film.ahead);
    await book(somebody, old.past);
    await letBeOver([old]);
    await count();
    const reader = await aUser(running.app);
    const { id: reservationId } = await book(reader, film.ahead);
    expect(await reasonFor(reader, film)).toBeUndefined();
    await reader.call.reservations.cancel({ reservationId });
    expect(await reasonFor(reader, film)).toEqual({ type: 'popular' });
    expect(await reasonFor(reader, old)).toBeUndefined();
    const elsewhere = await film.admin.call.sites.create({
      name: randomUUID(),
      timezone: 'UTC',
    } as Parameters<Person['call']['sites']['create']>[0]);
    expect(await recommendedTo(reader, elsewhere.id)).toEqual([]);
    const here = (await recommendedTo(reader, film.siteId)).map(({ movie }) => movie.id);
    expect(here).toContain(film.movieId);
  });

  test('name the favourite genre, and what is new', async () => {
    const genre = 'A genre of its own';
    const [seen, same, fresh] = [
      await aFilm({ genre }),
      await aFilm({ genre: genre.toUpperCase() }),
      await aFilm({ isOld: false }),
    ];
    const [reader] = await visitors(1, [seen]);
    await letBeOver([seen]);
    await count();
    expect(await reasonFor(reader, same)).toEqual({ type: 'genre' });
    expect(await reasonFor(reader, fresh)).toEqual({ type: 'new' });
  });
});

test('guests have no recommendations, and an unknown cinema is not found', async () => {
  const guest = await aGuest(running.app);
  expect((await refusalOf(guest.call.movies.recommended({}))).code).toBe('FORBIDDEN');
  const admin = await anAdmin(running.app);
  const siteId = '00000000-0000-7000-8000-000000000000';
  expect((await refusalOf(admin.call.movies.recommended({ siteId }))).code).toBe('NOT_FOUND');
});
