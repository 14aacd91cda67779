import { LockMode } from '@mikro-orm/core';
import type { Movie, Theater } from '../db/entities/index.ts';
import { databaseNow, inTransaction } from '../db/query.ts';
import type { ServiceContext } from '../service-context.ts';
import { needsPrices, readPrices } from '../showtimes/prices.ts';
import type { Prices } from '../showtimes/prices.ts';
import { getMovieForShare } from '../showtimes/schedule.ts';
import { findTheater } from '../theaters/service.ts';
import { carryOut } from './carry-out.ts';
import type { PricedWish } from './carry-out.ts';
import { planShows } from './plan.ts';
import type { PlanSchedule, Schedule } from './schema.ts';
import { timesOf } from './wishes.ts';

/**
 * What `createSchedule` would make of a plan; changes nothing, and holds nothing.
 *
 * @throws as `createSchedule`, but for the conflicts, which are in the rows
 */
export async function previewSchedule(ctx: ServiceContext, input: PlanSchedule): Promise<Schedule> {
  const { theater, wishes } = await readPlan(ctx, input, { isHeld: false });
  const now = await databaseNow(ctx);
  const planned = await planShows(ctx, wishes, { hall: theater, dst: input.dst, now });
  return { rows: planned.map(({ row }) => row), seriesId: null, created: [] };
}

/**
 * Schedules all shows of a plan or none; with `onlyFree` those for which there is room.
 *
 * @throws ValidationError for days that leave no show or more than 500, and for wrong prices
 * @throws NotFoundError for the movie, the theater or the price list
 * @throws ConflictError `SCHEDULE_CONFLICT` with every row of the plan
 */
export function createSchedule(ctx: ServiceContext, input: PlanSchedule): Promise<Schedule> {
  return inTransaction(ctx, async (tx) => {
    const { theater, wishes } = await readPlan(tx, input, { isHeld: true });
    return carryOut(tx, { theater, wishes, dst: input.dst, onlyFree: input.onlyFree });
  });
}

interface Plan {
  theater: Theater;
  wishes: PricedWish[];
}

/** Movie, theater and price list are locked in this order, as for a single show, if they are held. */
async function readPlan(
  ctx: ServiceContext,
  input: PlanSchedule,
  { isHeld }: { isHeld: boolean },
): Promise<Plan> {
  const times = timesOf(input);
  const movie = await getMovieForShare(
    ctx,
    input.movieId,
    isHeld ? LockMode.PESSIMISTIC_READ : LockMode.NONE,
  );
  const theater = await findTheater(ctx, input.theaterId, {
    field: 'theaterId',
    lockMode: isHeld ? LockMode.PESSIMISTIC_WRITE : LockMode.NONE,
  });
  const { currency } = ctx.app.config;
  const prices = await readPrices(ctx, input, { siteId: theater.site.id, currency });
  return { theater, wishes: times.map((time) => ({ ...time, ...showOf(movie, prices) })) };
}

/** What the shows of a plan have in common. @throws ValidationError without a price */
function showOf(movie: Movie, prices: Prices): Pick<PricedWish, 'movie' | 'prices'> {
  const { price } = prices;
  if (price === undefined) {
    throw needsPrices();
  }
  return { movie, prices: { ...prices, price } };
}
