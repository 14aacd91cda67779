import type { App } from '../app.ts';
import { query, queryOne, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { isTimeZone, localTimeOf } from '../local-time.ts';

const upcoming = statement(
  `select s.id, s.start_time as "startTime", t.timezone, s.local_start::text as "localStart"
   from showtimes s join theaters t on t.id = s.theater_id
   where s.start_time > clock_timestamp() and ($1::uuid is null or s.theater_id = $1)
   order by s.id`,
  { id: 'uuid', startTime: 'instant', timezone: 'text', localStart: 'text' },
);

const write = statement(
  `update showtimes s set local_start = new.local
   from unnest($1::uuid[], $2::timestamp[], $3::timestamptz[]) as new (id, local, start)
   where s.id = new.id and s.start_time = new.start and s.local_start <> new.local`,
);

/**
 * Writes the local time of a show that has just been moved. Where it is that of before, in a theater of
 * another zone, the database has computed it with its own table: it cannot know that it was given.
 */
export async function keepLocalTime(
  db: Database,
  { id, localStart, startTime }: { id: string; localStart: string; startTime: Date },
): Promise<void> {
  await query(db, write, [[id], [localStart], [startTime]]);
}

/** Rows in one statement. */
const batchSize = 1_000;

/**
 * Computes the local times of shows that have not started, of a theater or of all. Past shows keep the
 * day on which they were played, even if the theater moves to another zone.
 *
 * @returns how many were another before
 */
export async function keepLocalTimes(db: Database, theaterId: string | null): Promise<number> {
  const rows = await query(db, upcoming, [theaterId]);
  const changed = rows
    .filter(({ timezone }) => isTimeZone(timezone))
    .map((row) => ({ ...row, local: localTimeOf(row.startTime, row.timezone) }))
    .filter(({ local, localStart }) => Date.parse(`${local}Z`) !== Date.parse(`${localStart}Z`));
  for (let from = 0; from < changed.length; from += batchSize) {
    const batch = changed.slice(from, from + batchSize);
    await query(db, write, [
      batch.map(({ id }) => id),
      batch.map(({ local }) => local),
      batch.map(({ startTime }) => startTime),
    ]);
  }
  return changed.length;
}

const newest = statement('select max(version) as version from zone_data', { version: 'text?' });
const enter = statement('insert into zone_data (version) values ($1) on conflict do nothing');

/**
 * Brings the local times of upcoming shows up to this server's table of time zones, unless another
 * server has a newer one. Run at the start, after the data is there.
 *
 * @param version of the table, such as `2026c`
 * @returns how many shows have moved
 */
export async function applyZoneData(app: App, version: string): Promise<number> {
  const db = { em: app.orm.em.fork(), pool: app.pool };
  const { version: known } = await queryOne(db, newest);
  if (known !== null && known > version) {
    return 0;
  }
  const moved = await keepLocalTimes(db, null);
  await query(db, enter, [version]);
  return moved;
}
