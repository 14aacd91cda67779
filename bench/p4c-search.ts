import { filmCatalogue, searchQueries } from '@matinee/api/testing';
import { atMost, inUnit } from './bench.ts';
import type { Bench, Finding } from './bench.ts';
import { Buyers } from './buyers.ts';
import { alternate, applyArrivals, applyLoad, assertServed, median } from './load.ts';
import type { Arrivals, Measured } from './load.ts';
import type { Server } from './servers.ts';
import { assertSound, freeSeats } from './stage.ts';
import type { Stage } from './stage.ts';
import { get, rest } from './surfaces.ts';

const searchesPerSecond = 50;
/** As at the doors. */
const buyersBeside = 8;
/** Movies that one statement inserts. */
const batch = 1_000;

/** Searches with typing errors in 20,000 movies, alone and beside customers who book. */
export async function measureSearch({ stage, product, options }: Bench): Promise<Finding> {
  const genre = await fillCatalogue(stage);
  const buyers = new Buyers(stage, stage.sales, rest);
  const search = async (seconds: number) =>
    assertServed(await applyArrivals(searches(product, seconds)));
  const rounds = await alternate(
    [
      { name: 'searches', run: search },
      {
        name: 'searches beside bookings',
        run: async (seconds) => {
          const load = { server: product, seconds, connections: buyersBeside };
          const [measured, booked] = await Promise.all([
            search(seconds),
            applyLoad(buyers.load(load)),
          ]);
          assertServed(booked);
          await assertSound(stage);
          return measured;
        },
      },
    ],
    options,
  );
  await freeSeats(stage);
  await stage.pool.query('delete from movies where genre = $1', [genre]);
  const p99 = (name: string) => median((rounds[name] ?? []).map((round: Measured) => round.p99));
  return {
    target: 'P4c',
    title: `${searchesPerSecond} searches a second with typing errors, in 20,000 movies`,
    rounds,
    verdicts: [
      inUnit('ms', atMost('a search beside bookings, p99', p99('searches beside bookings'), 15)),
    ],
    notes: [
      `${buyersBeside} customers book as fast as they can. The 60 searches are in eight scripts. They come ` +
        'at random, the same way in each round.',
    ],
  };
}

/** @returns the genre of the movies */
async function fillCatalogue({ pool }: Stage): Promise<string> {
  const genre = 'Of the benchmark';
  const films = filmCatalogue();
  for (let from = 0; from < films.length; from += batch) {
    const part = films.slice(from, from + batch);
    await pool.query(
      `insert into movies (id, title, genre, duration_minutes, release_date)
       select gen_random_uuid(), title, $3, 100, make_date(year, 6, 1)
       from unnest($1::text[], $2::int[]) as x (title, year)`,
      [part.map(({ title }) => title), part.map(({ year }) => year), genre],
    );
  }
  await pool.query('vacuum analyze movies');
  return genre;
}

function searches(server: Server, seconds: number): Arrivals {
  const calls = searchQueries().map(({ q }) =>
    get(`/api/v1/movies/search?q=${encodeURIComponent(q)}`),
  );
  let sent = 0;
  const next = () => {
    sent += 1;
    return calls[sent % calls.length] ?? get('/api/v1/movies/search?q=heat');
  };
  return { server, seconds, perSecond: searchesPerSecond, next };
}
