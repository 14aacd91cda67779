import { dayStartOf } from '../db/business-day.ts';
import { asPeopleSort } from '../db/collation.ts';
import { given, selection } from '../db/conditions.ts';
import { query } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { posterUrlOf } from '../movies/poster-url.ts';
import type { ServiceContext } from '../service-context.ts';
import { assertSite } from '../staff/site.ts';
import { blockedSeats, takenSeats } from './list.ts';
import type { Programme, ReadProgramme } from './schema.ts';

type ProgrammeMovie = Programme[number]['movie'];

const programmeRow = {
  id: 'uuid',
  movieId: 'uuid',
  title: 'text',
  posterUrl: 'text?',
  genre: 'text',
  durationMinutes: 'int',
  contentRating: 'text?',
  minimumAge: 'int?',
  ageRule: textOf<ProgrammeMovie['ageRule']>(),
  theaterId: 'uuid',
  theaterName: 'text',
  timezone: 'text',
  startTime: 'instant',
  localTime: 'text',
  totalSeats: 'int',
  priceFrom: 'numeric',
  currency: 'text',
  taken: 'int',
  blocked: 'int',
} as const;

/**
 * The shows of a business day in one round trip. What is the same for all shows of a theater is found once, in
 * `halls`: its seat types, and whether a seat is out of order, without which nothing has to be counted; `lists` has
 * the lowest prices of each price list. The claims are counted show by show, by the front of their key.
 */
const programme = selection({
  columns: programmeRow,
  fixed: 1,
  text: (conditions) => `
    with shows as materialized (
      select s.*, t.name as theater_name, t.timezone
      from showtimes s join theaters t on t.id = s.theater_id join sites c on c.id = t.site_id
      where s.archived_at is null and s.cancelled_at is null
        and s.start_time >= $1::date - interval '1 day'
        and s.start_time < $1::date + interval '3 days'
        and s.local_start - ${dayStartOf('c')} >= $1::date
        and s.local_start - ${dayStartOf('c')} < $1::date + 1 and ${conditions}),
    halls as materialized (
      select x.theater_id, bool_or(x.out_of_order) as has_broken,
        bool_or(x.seat_type = 'regular') as has_regular,
        bool_or(x.seat_type = 'premium') as has_premium, bool_or(x.seat_type = 'vip') as has_vip
      from seats x
      where x.theater_id in (select theater_id from shows) and x.archived_at is null group by 1),
    lists as materialized (
      select r.price_list_id, min(r.price) as regular, min(coalesce(p.price, r.price)) as premium,
        min(coalesce(v.price, r.price)) as vip
      from price_list_items r
      left join price_list_items p on p.price_list_id = r.price_list_id
        and p.ticket_type_id = r.ticket_type_id and p.seat_type = 'premium'
      left join price_list_items v on v.price_list_id = r.price_list_id
        and v.ticket_type_id = r.ticket_type_id and v.seat_type = 'vip'
      where r.seat_type = 'regular' and r.price_list_id in (select price_version_id from shows)
      group by 1)
    select s.id, s.movie_id as "movieId", m.title, m.poster_url as "posterUrl", m.genre,
      m.duration_minutes as "durationMinutes", m.content_rating as "contentRating",
      m.minimum_age as "minimumAge", m.age_rule as "ageRule",
      s.theater_id as "theaterId", s.theater_name as "theaterName", s.timezone,
      s.start_time as "startTime", to_char(s.local_start, 'HH24:MI') as "localTime",
      s.total_seats as "totalSeats", s.currency,
      coalesce(least(
        case when h.has_regular then coalesce(l.regular, s.price) end,
        case when h.has_premium then coalesce(l.premium, s.premium_price, s.price) end,
        case when h.has_vip then coalesce(l.vip, s.vip_price, s.price) end), s.price) as "priceFrom",
      ${takenSeats} as taken,
      case when h.has_broken or s.end_time <= clock_timestamp() then ${blockedSeats} else 0 end as blocked
    from shows s
    join movies m on m.id = s.movie_id
    left join halls h on h.theater_id = s.theater_id
    left join lists l on l.price_list_id = s.price_version_id
    order by m.title ${asPeopleSort}, m.id, s.start_time, s.id`,
  conditions: { siteId: 't.site_id = $1 and c.archived_at is null' },
});

/**
 * What is shown on a business day; the same object for all who ask within a second.
 *
 * @throws NotFoundError for a site that there is not
 */
export function readProgramme(ctx: ServiceContext, input: ReadProgramme): Promise<Programme> {
  return ctx.app.programmes.read(input, () => selectProgramme(ctx, input));
}

/** The same, as the database has it now. @throws NotFoundError */
export async function selectProgramme(
  ctx: ServiceContext,
  { siteId, date }: ReadProgramme,
): Promise<Programme> {
  const rows = await query(ctx, ...programme.where([date], { siteId: given(siteId) }));
  if (rows.length === 0) {
    await assertSite(ctx, siteId);
  }
  return [...Map.groupBy(rows, ({ movieId }) => movieId).values()].flatMap((shows) =>
    toItem(ctx, shows),
  );
}

/** @param rows the shows of one movie */
function toItem(ctx: ServiceContext, rows: RowOf<typeof programmeRow>[]): Programme {
  const [first] = rows;
  if (!first) {
    return [];
  }
  const { title, genre, durationMinutes, contentRating, minimumAge, ageRule } = first;
  const posterUrl = posterUrlOf(ctx, first.posterUrl);
  const about = { title, posterUrl, genre, durationMinutes, contentRating, minimumAge, ageRule };
  return [{ movie: { id: first.movieId, ...about }, showtimes: rows.map(toShow) }];
}

function toShow(row: RowOf<typeof programmeRow>): Programme[number]['showtimes'][number] {
  const { theaterId, theaterName, timezone, totalSeats, taken, blocked } = row;
  return {
    id: row.id,
    startTime: row.startTime,
    localTime: row.localTime,
    theater: { id: theaterId, name: theaterName, timezone },
    availability: { total: totalSeats, available: Math.max(0, totalSeats - taken - blocked) },
    priceFrom: row.priceFrom,
    currency: row.currency,
  };
}
