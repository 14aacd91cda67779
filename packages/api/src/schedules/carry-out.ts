import { v7 } from 'uuid';
import { sqlStateOf } from '../db/constraints.ts';
import type { Movie, Theater } from '../db/entities/index.ts';
import { databaseNow, inTransaction } from '../db/query.ts';
import { ConflictError } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';
import { getShowtimes } from '../showtimes/list.ts';
import type { Prices } from '../showtimes/prices.ts';
import { newShowtime, noteShowtimes } from '../showtimes/schedule.ts';
import { slotOf } from '../showtimes/slot.ts';
import { isFree, isInTheWay, planShows } from './plan.ts';
import type { Planned, Wish } from './plan.ts';
import type { PlanSchedule, Schedule } from './schema.ts';

/** A show that is wished for, and what its seats cost. */
export interface PricedWish extends Wish {
  movie: Movie;
  prices: Prices & { price: string };
}

interface Plan extends Pick<PlanSchedule, 'dst' | 'onlyFree'> {
  /** FOR UPDATE: plans for one theater queue there. */
  theater: Theater;
  wishes: readonly PricedWish[];
}

/** How often shows may appear beside the plan before it is given up. */
const mostAttempts = 3;

/**
 * Creates the shows of a plan: all of them or none, or those for which there is room.
 *
 * @throws ConflictError `SCHEDULE_CONFLICT` with every row of the plan
 */
export async function carryOut(tx: ServiceContext, plan: Plan): Promise<Schedule> {
  for (let attempt = 1; ; attempt += 1) {
    const planned = await judge(tx, plan);
    try {
      // A savepoint: behind a refusal of the exclusion constraint the plan is read again.
      return await inTransaction(tx, (inner) => create(inner, plan, planned));
    } catch (error) {
      if (sqlStateOf(error)?.constraint !== 'showtimes_no_overlap') {
        throw error;
      }
      // Whoever writes past the theater's row was a moment faster.
      if (attempt === mostAttempts) {
        throw conflictOf(planned);
      }
    }
  }
}

/** @throws ConflictError `SCHEDULE_CONFLICT` */
async function judge(tx: ServiceContext, plan: Plan): Promise<Planned<PricedWish>[]> {
  const { theater, wishes, dst, onlyFree } = plan;
  const now = await databaseNow(tx);
  const planned = await planShows(tx, wishes, { hall: theater, dst, now });
  if (!onlyFree && planned.some((each) => isInTheWay(each, dst))) {
    throw conflictOf(planned);
  }
  return planned;
}

function conflictOf(planned: readonly Planned[]): ConflictError<'SCHEDULE_CONFLICT'> {
  const rows = planned.map(({ row }) => ({
    ...row,
    startTime: row.startTime?.toISOString() ?? null,
  }));
  return new ConflictError('SCHEDULE_CONFLICT', { rows });
}

async function create(
  tx: ServiceContext,
  { theater }: Plan,
  planned: readonly Planned<PricedWish>[],
): Promise<Schedule> {
  const { currency } = tx.app.config;
  const free = planned.filter(isFree);
  const seriesId = v7();
  const showtimes = free.flatMap(({ wish: { movie, prices }, row: { startTime } }) =>
    startTime === null
      ? []
      : [
          newShowtime(tx, {
            ...slotOf(startTime, movie, theater),
            movie,
            theater,
            seriesId,
            currency,
            ...prices,
          }),
        ],
  );
  await tx.em.flush();
  await noteShowtimes(tx, 'showtime.created', showtimes);
  const created = await getShowtimes(
    tx,
    showtimes.map(({ id }) => id),
  );
  return {
    rows: planned.map(({ row }) => row),
    seriesId: created.length > 0 ? seriesId : null,
    created,
  };
}
