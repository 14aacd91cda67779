import { LockMode } from '@mikro-orm/core';
import { dayStartOf } from '../db/business-day.ts';
import { Movie } from '../db/entities/index.ts';
import type { Theater } from '../db/entities/index.ts';
import { inTransaction, query, statement } from '../db/query.ts';
import type { RowOf } from '../db/row.ts';
import { NotFoundError, ValidationError } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';
import { readPrices } from '../showtimes/prices.ts';
import { getTheaterForUpdate } from '../theaters/service.ts';
import { carryOut } from './carry-out.ts';
import type { PricedWish } from './carry-out.ts';
import { mostShows } from './schema.ts';
import type { CopyWeek, Schedule } from './schema.ts';
import { tooMany } from './wishes.ts';

const weekRow = {
  movieId: 'uuid',
  date: 'text',
  time: 'text',
  price: 'numeric',
  premiumPrice: 'numeric?',
  vipPrice: 'numeric?',
  priceListId: 'uuid?',
  currency: 'text',
} as const;

/** By the local time of the copies: `$3` is how many days later they take place. */
const showsOfWeek = statement(
  `select s.movie_id as "movieId", to_char(s.local_start + $3::int * interval '1 day', 'YYYY-MM-DD') as date,
     to_char(s.local_start, 'HH24:MI') as time, s.price, s.premium_price as "premiumPrice",
     s.vip_price as "vipPrice", s.price_list_id as "priceListId", s.currency
   from showtimes s join theaters t on t.id = s.theater_id join sites c on c.id = t.site_id
   where s.theater_id = $1 and s.cancelled_at is null and s.archived_at is null
     and s.start_time >= $2::date - interval '1 day' and s.start_time < $2::date + interval '9 days'
     and s.local_start - ${dayStartOf('c')} >= $2::date
     and s.local_start - ${dayStartOf('c')} < $2::date + 7
   order by s.local_start, s.id`,
  weekRow,
);

/**
 * Schedules the shows of one week of a theater again in another: the same movies at the same local
 * times, at the prices of the shows or of the newest version of their lists. Cancelled shows and movies
 * that have left the catalogue are left out.
 *
 * @throws ValidationError for a week without shows, for the same week, and for shows in another currency
 *   or with a price list that has been deleted
 * @throws ConflictError `SCHEDULE_CONFLICT` with every row of the plan
 */
export function copyWeek(ctx: ServiceContext, input: CopyWeek): Promise<Schedule> {
  const days = (Date.parse(input.to) - Date.parse(input.from)) / 86_400_000;
  if (days === 0) {
    throw new ValidationError([{ path: ['to'], message: 'must be another week than from' }]);
  }
  return inTransaction(ctx, async (tx) => {
    const movies = await moviesForShare(tx, [input.theaterId, input.from, days]);
    const theater = await getTheaterForUpdate(tx, input.theaterId, 'theaterId');
    // A show that was added in between waits for its movie, and is not copied.
    const shows = await query(tx, showsOfWeek, [theater.id, input.from, days]);
    const wishes = await toWishes(tx, theater, { shows, movies });
    if (wishes.length === 0) {
      const message = 'begins a week without shows to copy';
      throw new ValidationError([{ path: ['from'], message }]);
    }
    if (wishes.length > mostShows) {
      throw tooMany(['from']);
    }
    return carryOut(tx, { theater, wishes, dst: input.dst, onlyFree: input.onlyFree });
  });
}

/** Movies are locked before the theater, in the order of their ids. */
async function moviesForShare(
  tx: ServiceContext,
  values: readonly unknown[],
): Promise<Map<string, Movie>> {
  const shows = await query(tx, showsOfWeek, values);
  const ids = [...new Set(shows.map(({ movieId }) => movieId))];
  const lock = { lockMode: LockMode.PESSIMISTIC_READ, orderBy: { id: 'asc' } } as const;
  const movies = await tx.em.find(Movie, { id: { $in: ids }, archivedAt: null }, lock);
  return new Map(movies.map((movie) => [movie.id, movie]));
}

interface Week {
  shows: readonly RowOf<typeof weekRow>[];
  movies: ReadonlyMap<string, Movie>;
}

async function toWishes(
  tx: ServiceContext,
  theater: Theater,
  { shows, movies }: Week,
): Promise<PricedWish[]> {
  const listed = new Map<string, PricedWish['prices']>();
  for (const { priceListId } of shows) {
    if (priceListId !== null && !listed.has(priceListId)) {
      listed.set(priceListId, await pricesOfList(tx, theater, priceListId));
    }
  }
  return shows.flatMap((show) => {
    const movie = movies.get(show.movieId);
    const prices = listed.get(show.priceListId ?? '') ?? ownPrices(tx, show);
    return movie ? [{ date: show.date, time: show.time, movie, prices }] : [];
  });
}

async function pricesOfList(
  tx: ServiceContext,
  theater: Theater,
  priceListId: string,
): Promise<PricedWish['prices']> {
  const { currency } = tx.app.config;
  try {
    const prices = await readPrices(tx, { priceListId }, { siteId: theater.site.id, currency });
    return { ...prices, price: prices.price ?? '' };
  } catch (error) {
    if (error instanceof NotFoundError) {
      throw cannotCopy('a price list that this cinema no longer has', error);
    }
    throw error;
  }
}

function ownPrices(
  { app }: ServiceContext,
  { price, premiumPrice, vipPrice, currency }: RowOf<typeof weekRow>,
): PricedWish['prices'] {
  if (currency !== app.config.currency) {
    throw cannotCopy(`prices in ${currency}, and new shows are in ${app.config.currency}`);
  }
  return { price, premiumPrice, vipPrice };
}

function cannotCopy(what: string, cause?: Error): ValidationError {
  return new ValidationError([{ path: ['from'], message: `has shows with ${what}` }], { cause });
}
