import { databaseNow, inTransaction, query, statement } from '../db/query.ts';
import { noSuch } from '../errors.ts';
import type { StaffContext } from '../service-context.ts';
import { removeShowtimes } from '../showtimes/remove.ts';
import { findInUse } from '../showtimes/use.ts';
import type { SeriesDeleted } from './schema.ts';

const anyOfSeries = statement('select id from showtimes where series_id = $1 limit 1', {
  id: 'uuid',
});

/** Shows may have been moved to another cinema since; then they are not the caller's. */
const openShows = statement(
  `select s.id, s.start_time as "startTime"
   from showtimes s join theaters t on t.id = s.theater_id
   where s.series_id = $1 and ($2::uuid[] is null or t.site_id = any($2))
     and s.cancelled_at is null and s.archived_at is null
   order by s.id for update of s`,
  { id: 'uuid', startTime: 'instant' },
);

/**
 * Deletes the shows of a series that have not started, but for those in which a seat is locked or
 * booked, and those that are cancelled already.
 *
 * @throws NotFoundError when no show is of that series
 */
export function deleteSeries(ctx: StaffContext, seriesId: string): Promise<SeriesDeleted> {
  return inTransaction(ctx, async (tx) => {
    if ((await query(tx, anyOfSeries, [seriesId])).length === 0) {
      throw noSuch('series');
    }
    const open = await query(tx, openShows, [seriesId, ctx.sites]);
    const now = await databaseNow(tx);
    const ahead = open
      .filter(({ startTime }) => startTime > now)
      .toSorted((a, b) => a.startTime.getTime() - b.startTime.getTime())
      .map(({ id }) => id);
    const used = await findInUse(tx, ahead);
    const free = ahead.filter((id) => !used.has(id));
    await removeShowtimes(tx, free);
    return { id: seriesId, deleted: free.length, kept: ahead.filter((id) => used.has(id)) };
  });
}
