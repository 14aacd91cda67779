import { assertDays } from '../days.ts';
import { dayStartOf } from '../db/business-day.ts';
import { given, selection } from '../db/conditions.ts';
import { query, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { noSuch } from '../errors.ts';
import { posterUrlOf } from '../movies/poster-url.ts';
import { getMovie } from '../movies/service.ts';
import { readInstantCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { ServiceContext } from '../service-context.ts';
import { assertSite } from '../staff/site.ts';
import type { ListMovieShowtimes, ListShowtimes, Showtime } from './schema.ts';

const soldOfEnded = `(select coalesce(sum(r.seat_count), 0) - (
      select coalesce(sum(l.seats), 0)
      from reservation_log l join reservations x on x.id = l.reservation_id
      where l.showtime_id = s.id and l.kind = 'seats_cancelled' and x.status = 'confirmed')
    from reservations r where r.showtime_id = s.id and r.status = 'confirmed')`;
const claimed = `(select count(*) from seat_claims c where c.showtime_id = s.id
    and (c.expires_at is null or c.expires_at > clock_timestamp()))`;
/** Seats out of order that no claim counts. A block ends with its show; what was sold in it stays sold. */
const blocked = `(select count(*) from seats x where x.theater_id = s.theater_id and x.out_of_order
    and x.archived_at is null and not exists (
      select from seat_claims c where c.showtime_id = s.id and c.seat_id = x.id
        and (c.expires_at is null or c.expires_at > clock_timestamp())
        and (c.kind <> 'block' or s.end_time > clock_timestamp())))`;
/** Null when the layout has not been edited since the show ended. */
const blockedInPast = `(select (
      select count(*) from jsonb_to_recordset(l.seats) as x (id uuid, "outOfOrder" boolean)
      where x."outOfOrder" and not exists (
        select from reservations r join reservation_seats rs on rs.reservation_id = r.id
        where r.showtime_id = s.id and r.status = 'confirmed' and rs.seat_id = x.id
          and rs.cancelled_at is null))
    from past_layouts l where l.theater_id = s.theater_id and l.until >= s.end_time
    order by l.until limit 1)`;

/**
 * Seats of a show that are sold, locked or blocked for it, in SQL; the show is `s`. A show that has ended counts what
 * the seat map shows of it: its reservations.
 */
export const takenSeats = `case when s.end_time <= clock_timestamp() then ${soldOfEnded}
    else ${claimed} end::int`;

/**
 * Seats out of order, in SQL. They and `takenSeats` are disjoint: a seat out of order that was sold before, or that
 * staff have blocked as well, counts as taken. A show that has ended has the layout of that day.
 */
export const blockedSeats = `case when s.end_time <= clock_timestamp()
    then coalesce(${blockedInPast}, ${blocked}) else ${blocked} end::int`;

const showtimeColumns = `
  s.id, s.movie_id as "movieId", m.title, m.duration_minutes as "durationMinutes",
  m.poster_url as "posterUrl", s.theater_id as "theaterId", t.name as "theaterName", t.timezone,
  s.start_time as "startTime", s.end_time as "endTime", s.price,
  s.price_list_id as "priceListId", s.series_id as "seriesId",
  show_ticket_types(s.price_version_id, s.price, s.premium_price, s.vip_price) as "ticketTypes",
  s.premium_price as "premiumPrice", s.vip_price as "vipPrice", s.currency,
  s.total_seats as "totalSeats", s.cancelled_at as "cancelledAt",
  s.cancel_reason as "cancelReason", s.revision,
  s.created_at as "createdAt",
  ${takenSeats} as taken, ${blockedSeats} as blocked`;

const showtimeRow = {
  id: 'uuid',
  movieId: 'uuid',
  title: 'text',
  durationMinutes: 'int',
  posterUrl: 'text?',
  theaterId: 'uuid',
  theaterName: 'text',
  timezone: 'text',
  startTime: 'instant',
  endTime: 'instant',
  price: 'numeric',
  priceListId: 'uuid?',
  seriesId: 'uuid?',
  ticketTypes: jsonOf<Showtime['ticketTypes']>(),
  premiumPrice: 'numeric?',
  vipPrice: 'numeric?',
  currency: 'text',
  totalSeats: 'int',
  cancelledAt: 'instant?',
  cancelReason: 'text?',
  revision: 'int',
  createdAt: 'instant',
  taken: 'int',
  blocked: 'int',
} as const;

const showtimeTables = `from showtimes s
  join movies m on m.id = s.movie_id join theaters t on t.id = s.theater_id`;

const dayStart = `(select ${dayStartOf('c')} from sites c where c.id = t.site_id)`;

const showtimes = selection({
  columns: showtimeRow,
  fixed: 1,
  text: (conditions) => `
    select ${showtimeColumns} ${showtimeTables}
    where s.archived_at is null and ${conditions} order by s.start_time, s.id limit $1`,
  conditions: {
    movieId: 's.movie_id = $1',
    theaterId: 's.theater_id = $1',
    siteId: 't.site_id = $1',
    seriesId: 's.series_id = $1',
    // The bounds in UTC let the index that orders do its work: no zone is more than a day away from it,
    // and a business day ends at most a day after its date.
    from: `s.start_time >= $1::date - interval '1 day' and s.local_start - ${dayStart} >= $1::date`,
    to: `s.start_time < $1::date + interval '3 days' and s.local_start - ${dayStart} < $1::date + 1`,
    notEnded: 's.end_time > clock_timestamp()',
    idEndsWith: `s.id::text like '%' || $1`,
    after: '(s.start_time, s.id) > ($1::timestamptz, $2::uuid)',
  },
});

/**
 * Showtimes by start; without days and the end of an id, those that have not ended.
 *
 * @throws NotFoundError for a site that there is not
 */
export async function listShowtimes(
  ctx: ServiceContext,
  input: ListShowtimes,
): Promise<Page<Showtime>> {
  assertDays(input);
  const after = readInstantCursor(input.cursor);
  const from = given(input.date ?? input.from);
  const to = given(input.date ?? input.to);
  const idEndsWith = given(input.idEndsWith);
  await assertSite(ctx, input.siteId);
  const bound = showtimes.where([input.limit + 1], {
    movieId: given(input.movieId),
    theaterId: given(input.theaterId),
    siteId: given(input.siteId),
    seriesId: 'seriesId' in input ? given(input.seriesId) : undefined,
    from,
    to,
    notEnded: from || to || idEndsWith ? undefined : [],
    idEndsWith,
    after,
  });
  return toPage(await ctx.app.replicas.list(ctx, ...bound), input.limit, {
    keyOf: ({ startTime, id }) => [startTime.getTime(), id],
    toItem: (row) => toShowtime(ctx, row),
  });
}

/** The showtimes of one movie. @throws NotFoundError */
export async function listShowtimesOfMovie(
  ctx: ServiceContext,
  input: ListMovieShowtimes,
): Promise<Page<Showtime>> {
  // An invalid input is refused before a movie that does not exist.
  assertDays(input);
  readInstantCursor(input.cursor);
  await getMovie(ctx, input.movieId);
  return listShowtimes(ctx, input);
}

const showtimeById = statement(
  `select ${showtimeColumns} ${showtimeTables} where s.id = $1 and s.archived_at is null`,
  showtimeRow,
);

/** One showtime; also one that has been cancelled. @throws NotFoundError */
export async function getShowtime(ctx: ServiceContext, showtimeId: string): Promise<Showtime> {
  const [row] = await query(ctx, showtimeById, [showtimeId]);
  if (!row) {
    throw noSuch('showtime');
  }
  return toShowtime(ctx, row);
}

const showtimesById = statement(
  `select ${showtimeColumns} ${showtimeTables} where s.id = any($1) order by s.start_time, s.id`,
  showtimeRow,
);

/** Some showtimes by start. */
export async function getShowtimes(
  ctx: ServiceContext,
  ids: readonly string[],
): Promise<Showtime[]> {
  const rows = ids.length === 0 ? [] : await query(ctx, showtimesById, [ids]);
  return rows.map((row) => toShowtime(ctx, row));
}

function toShowtime(ctx: ServiceContext, row: RowOf<typeof showtimeRow>): Showtime {
  const premium = row.premiumPrice === null ? {} : { premium: row.premiumPrice };
  const vip = row.vipPrice === null ? {} : { vip: row.vipPrice };
  const { movieId, title, durationMinutes, theaterId, theaterName, timezone } = row;
  const posterUrl = posterUrlOf(ctx, row.posterUrl);
  return {
    id: row.id,
    movie: { id: movieId, title, durationMinutes, posterUrl },
    theater: { id: theaterId, name: theaterName, timezone },
    startTime: row.startTime,
    endTime: row.endTime,
    price: row.price,
    priceListId: row.priceListId,
    seriesId: row.seriesId,
    ticketTypes: row.ticketTypes,
    seatTypePrices: { ...premium, ...vip },
    currency: row.currency,
    availability: {
      total: row.totalSeats,
      available:
        row.cancelledAt === null ? Math.max(0, row.totalSeats - row.taken - row.blocked) : 0,
    },
    cancelledAt: row.cancelledAt,
    cancelReason: row.cancelReason,
    revision: row.revision,
    createdAt: row.createdAt,
  };
}
