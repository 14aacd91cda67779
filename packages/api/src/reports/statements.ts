import { dayStartOf } from '../db/business-day.ts';
import { asPeopleSort } from '../db/collation.ts';
import { statementPlannedEachTime } from '../db/query.ts';
import type { Statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { Columns, RowOf } from '../db/row.ts';
import type { GroupBy, RowKey } from './schema.ts';

const figureColumns = {
  showtimes: 'int',
  seatsTotal: 'int',
  seatsSold: 'int',
  admitted: 'int',
  noShows: 'int',
  pricedSeats: 'int',
  reservations: 'int',
  seatRevenue: 'numeric',
  revenue: 'numeric',
  shares: 'float',
} as const;

/** The figures of one group of showtimes, with the columns of its key. */
type FigureRow = RowOf<typeof figureColumns> & RowKey & { otherCurrencies: string[] };

/** How the rows of a report are read, and their key told apart from their figures. */
interface ReportStatement {
  figures: Statement<FigureRow>;
  keyOf: (row: RowKey) => RowKey;
}

/** What the rows of a report stand for. */
interface Grouping {
  /** The group of a show. */
  by: string;
  /** The columns of the key. */
  key: string;
  order: string;
  /** The groups that exist without a show. */
  every?: string;
  /** Joins the names of the other groups. */
  names?: string;
}

/** Each show is a group of its own. */
const figuresOfShow = `1 as showtimes, s.total_seats as seats_total, sold.reservations, sold.seats,
  sold.admitted, sold.no_shows,
  case when s.currency = $5 then sold.seats end as priced_seats,
  case when s.currency = $5 then sold.priced end as seat_revenue,
  case when s.currency = $5 then sold.revenue end as revenue,
  sold.seats::float8 / s.total_seats as shares`;

const figuresOfGroup = `count(*) as showtimes, sum(s.total_seats) as seats_total,
  sum(sold.reservations) as reservations, sum(sold.seats) as seats,
  sum(sold.admitted) as admitted, sum(sold.no_shows) as no_shows,
  sum(sold.seats) filter (where s.currency = $5) as priced_seats,
  sum(sold.priced) filter (where s.currency = $5) as seat_revenue,
  sum(sold.revenue) filter (where s.currency = $5) as revenue,
  sum(sold.seats::float8 / s.total_seats) as shares`;

/** Seats that were given back of a reservation that still stands. */
const isPart = `l.kind = 'seats_cancelled' and x.status = 'confirmed'`;

const dayStart = dayStartOf('c');

/** Of all shows of the report, the same in each row. */
const otherCurrencies = `(
  select coalesce(json_agg(currency order by currency collate "C"), '[]')
  from (select distinct currency from shows where currency <> $5) x)`;

/** Rows of a report by showtime: more than a chain of twenty screens plays in a year. */
export const mostShows = 50_000;

/** The statement of each `groupBy`. */
export const reportStatements: Readonly<Record<GroupBy, ReportStatement>> = {
  showtime: {
    figures: figuresBy(
      {
        by: 's.id',
        key: `g.value as "showtimeId", g.start_time as "startTime", m.title as "movieTitle",
          t.name as "theaterName", t.timezone`,
        order: 'g.start_time, g.value',
        names: 'join movies m on m.id = g.movie_id join theaters t on t.id = g.theater_id',
      },
      {
        showtimeId: 'uuid',
        startTime: 'instant',
        movieTitle: 'text',
        theaterName: 'text',
        timezone: 'text',
      },
    ),
    keyOf: ({ showtimeId, startTime, movieTitle, theaterName, timezone }) => ({
      showtimeId,
      startTime,
      movieTitle,
      theaterName,
      timezone,
    }),
  },
  movie: {
    figures: figuresBy(
      {
        by: 's.movie_id',
        key: 'm.id as "movieId", m.title',
        order: `m.title ${asPeopleSort}, m.id`,
        names: 'join movies m on m.id = g.value',
      },
      { movieId: 'uuid', title: 'text' },
    ),
    keyOf: ({ movieId, title }) => ({ movieId, title }),
  },
  theater: {
    figures: figuresBy(
      {
        by: 's.theater_id',
        key: 't.id as "theaterId", t.name',
        order: `t.name ${asPeopleSort}, t.id`,
        names: 'join theaters t on t.id = g.value',
      },
      { theaterId: 'uuid', name: 'text' },
    ),
    keyOf: ({ theaterId, name }) => ({ theaterId, name }),
  },
  date: {
    figures: figuresBy(
      {
        by: 's.business::date',
        key: 'value as date',
        order: 'value',
        every: `(select day::date as value
          from generate_series($1::date, $2::date, '1 day') day) days`,
      },
      { date: 'date' },
    ),
    keyOf: ({ date }) => ({ date }),
  },
  weekday: {
    figures: figuresBy(
      {
        by: 'extract(isodow from s.business)::int',
        key: 'value as weekday',
        order: 'value',
        every: 'generate_series(1, 7) as weekday (value)',
      },
      { weekday: 'int' },
    ),
    keyOf: ({ weekday }) => ({ weekday }),
  },
  hour: {
    figures: figuresBy(
      {
        by: 'extract(hour from s.local)::int',
        key: 'value as hour',
        order: 'value',
        every: 'generate_series(0, 23) as hour (value)',
      },
      { hour: 'int' },
    ),
    keyOf: ({ hour }) => ({ hour }),
  },
};

/**
 * Showtimes of the range by the business day of their start, archived ones included, cancelled ones
 * not; the sales of each; then the groups. A business day ends at most a day after its date: that
 * bounds the index.
 *
 * The sales of each show are added up on their own, from the index alone, and not for all shows
 * together: for a few shows, a join with all sales would read a year of them. A reservation has the
 * currency of its show.
 *
 * Who has come is counted in the same way, a ticket once however often its holder went out and in.
 *
 * Fees have an index of their own, of the few reservations that have one. The log has what came after
 * the sale: seats that were given back, and what was kept or returned.
 */
function figuresBy<const Key extends Columns>(
  { by, key, order, every, names }: Grouping,
  keyColumns: Key,
) {
  const single = by === 's.id';
  const figures = single
    ? `s.start_time, s.movie_id, s.theater_id, ${figuresOfShow}`
    : figuresOfGroup;
  return statementPlannedEachTime(
    `with shows as (
       select s.id, s.movie_id, s.theater_id, s.start_time, s.end_time, s.total_seats, s.currency,
         s.local_start as local, s.local_start - ${dayStart} as business
       from showtimes s join theaters t on t.id = s.theater_id join sites c on c.id = t.site_id
       where s.cancelled_at is null
         and s.local_start >= $1::date and s.local_start < $2::date + 2
         and s.local_start - ${dayStart} >= $1::date and s.local_start - ${dayStart} < $2::date + 1
         and ($3::uuid is null or s.theater_id = $3)
         and ($4::uuid is null or s.movie_id = $4)
         and ($6::uuid[] is null or t.site_id = any($6))
     ), groups as (
       select ${by} as value, ${figures}
       from shows s cross join lateral (
         select r.reservations, r.seats - l.seats as seats, r.prices - l.prices as priced,
           r.prices - l.prices + f.fees + l.kept as revenue, a.admitted,
           case when s.end_time <= statement_timestamp()
             then greatest(r.seats - l.seats - a.admitted, 0) else 0 end as no_shows
         from (
           select count(*) as reservations, coalesce(sum(seat_count), 0) as seats,
             coalesce(sum(total_price), 0) as prices
           from reservations where showtime_id = s.id and status = 'confirmed') r
         cross join (
           select coalesce(sum(fees), 0) as fees
           from reservations where showtime_id = s.id and status = 'confirmed' and fees > 0) f
         cross join (
           select coalesce(sum(l.seats) filter (where ${isPart}), 0) as seats,
             coalesce(sum(l.price) filter (where ${isPart}), 0) as prices,
             coalesce(sum(l.kept), 0) as kept
           from reservation_log l join reservations x on x.id = l.reservation_id
           where l.showtime_id = s.id) l
         cross join (
           select count(distinct (reservation_id, seat_id)) as admitted
           from check_ins
           where showtime_id = s.id and type = 'entry' and result = 'admitted'
             and undone_at is null) a) sold
       ${single ? '' : 'group by value'}
     )
     select ${key}, coalesce(showtimes, 0)::int as showtimes,
       coalesce(seats_total, 0)::int as "seatsTotal", coalesce(seats, 0)::int as "seatsSold",
       coalesce(admitted, 0)::int as admitted, coalesce(no_shows, 0)::int as "noShows",
       coalesce(priced_seats, 0)::int as "pricedSeats",
       coalesce(reservations, 0)::int as reservations,
       coalesce(seat_revenue, 0)::numeric(14,2) as "seatRevenue",
       coalesce(revenue, 0)::numeric(14,2) as revenue, coalesce(shares, 0)::float8 as shares,
       ${otherCurrencies} as "otherCurrencies"
     from ${every === undefined ? `groups g ${names}` : `${every} left join groups using (value)`}
     order by ${order}${single ? ` limit ${mostShows + 1}` : ''}`,
    { ...keyColumns, ...figureColumns, otherCurrencies: jsonOf<string[]>() },
  );
}
