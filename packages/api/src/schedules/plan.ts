import { query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import { instantsAt, shiftedInstantAt } from '../local-time.ts';
import { blockedUntil } from '../showtimes/slot.ts';
import type { PlanSchedule, ScheduleRow } from './schema.ts';

/** A show that somebody wishes for, on the clocks of the theater. */
export interface Wish {
  date: string;
  time: string;
  movie: { id: string; durationMinutes: number };
}

/** Where the shows are to take place. */
export interface Hall {
  id: string;
  timezone: string;
  turnaroundMinutes: number;
}

/** A wish, what is known of it, and the room that its show would take. */
export interface Planned<Show extends Wish = Wish> {
  wish: Show;
  row: ScheduleRow;
  until: Date;
}

interface Terms {
  hall: Hall;
  dst: PlanSchedule['dst'];
  now: Date;
}

/** Finds out for every wish whether its show can be scheduled; reads once, and changes nothing. */
export async function planShows<Show extends Wish>(
  db: Database,
  wishes: readonly Show[],
  { hall, dst, now }: Terms,
): Promise<Planned<Show>[]> {
  const planned = wishes.map((wish) => toPlanned(wish, { hall, dst, now }));
  await findConflicts(db, hall.id, planned.filter(isFree));
  findSelfConflicts(planned.filter(isFree));
  return planned;
}

/** Whether a row keeps a plan from being carried out as a whole. */
export function isInTheWay({ row }: Planned, dst: PlanSchedule['dst']): boolean {
  const isSkipped = dst === 'skip' && (row.state === 'nonexistent' || row.state === 'ambiguous');
  return row.state !== 'ok' && !isSkipped;
}

export function isFree({ row }: Planned): boolean {
  return row.state === 'ok';
}

function toPlanned<Show extends Wish>(wish: Show, { hall, dst, now }: Terms): Planned<Show> {
  const { date, time, movie } = wish;
  const found = startOf(`${date} ${time}`, hall.timezone, dst);
  const startTime = typeof found === 'string' ? null : found;
  const ofClock = typeof found === 'string' ? found : 'ok';
  const state = startTime !== null && startTime <= now ? 'past' : ofClock;
  const until = blockedUntil(startTime ?? now, movie, hall);
  return { wish, row: { date, time, startTime, state, movieId: movie.id }, until };
}

function startOf(
  local: string,
  zone: string,
  dst: PlanSchedule['dst'],
): Date | 'nonexistent' | 'ambiguous' {
  const [first, second] = instantsAt(local, zone);
  if (first === undefined) {
    return dst === 'shift' ? shiftedInstantAt(local, zone) : 'nonexistent';
  }
  return second === undefined || dst === 'shift' ? first : 'ambiguous';
}

const conflicts = statement(
  `select w.place::int as place, json_agg(s.id order by s.start_time, s.id) as ids
   from unnest($2::timestamptz[], $3::timestamptz[]) with ordinality as w (start, until, place)
   join showtimes s on s.theater_id = $1 and s.cancelled_at is null and s.archived_at is null
     and tstzrange(s.start_time, s.blocked_until) && tstzrange(w.start, w.until)
   group by w.place`,
  { place: 'int', ids: jsonOf<string[]>() },
);

async function findConflicts(db: Database, theaterId: string, planned: Planned[]): Promise<void> {
  const starts = planned.map(({ row }) => row.startTime);
  const found = await query(db, conflicts, [theaterId, starts, planned.map(({ until }) => until)]);
  for (const { place, ids } of found) {
    const row = planned[place - 1]?.row;
    if (row) {
      Object.assign(row, { state: 'conflict', showtimeIds: ids });
    }
  }
}

/** Marks shows of the plan that overlap one another; each of them, because none has a right of way. */
function findSelfConflicts(planned: readonly Planned[]): void {
  const startOfShow = ({ row }: Planned) => row.startTime?.getTime() ?? 0;
  const byStart = planned.toSorted((a, b) => startOfShow(a) - startOfShow(b));
  let latest: Planned | undefined;
  for (const show of byStart) {
    if (latest && startOfShow(show) < latest.until.getTime()) {
      show.row.state = 'self_conflict';
      latest.row.state = 'self_conflict';
    }
    latest = latest && latest.until > show.until ? latest : show;
  }
}
