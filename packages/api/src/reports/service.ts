import { queryOne } from '../db/query.ts';
import { formatMinor, parseMinor, roundHalfUp } from '../money.ts';
import { assertDays } from '../showtimes/service.ts';
import type { ServiceContext } from '../trpc.ts';
import type {
  CapacityReport,
  GroupBy,
  OccupancyReport,
  PopularMoviesInput,
  PopularMoviesReport,
  ReportInput,
  RevenueReport,
  RowKey,
} from './schema.ts';

/** The figures of one group of showtimes, or of all. */
interface Figures {
  showtimes: number;
  seatsTotal: number;
  seatsSold: number;
  reservations: number;
  /** Minor units, of what was sold in the configured currency. */
  revenue: bigint;
  /** Seats sold in that currency. */
  pricedSeats: number;
  /** Sum of the showtimes' shares of sold seats. */
  shares: number;
}

interface Group extends Figures {
  key: RowKey;
}

interface Aggregate {
  from: string;
  to: string;
  currency: string;
  groups: Group[];
  totals: Figures;
}

/** Seats sold against seats there are. */
export async function reportCapacity(
  ctx: ServiceContext,
  input: ReportInput & { groupBy: CapacityReport['groupBy'] },
): Promise<CapacityReport> {
  const { groups, totals, ...head } = await aggregate(ctx, input);
  const figures = ({ showtimes, seatsSold, seatsTotal }: Figures) => ({
    showtimes,
    seatsSold,
    seatsTotal,
    share: share(seatsSold, seatsTotal),
  });
  const rows = groups.map((group) => Object.assign(group.key, figures(group)));
  return { ...head, groupBy: input.groupBy, rows, totals: figures(totals) };
}

/** What was taken, without what was cancelled. */
export async function reportRevenue(
  ctx: ServiceContext,
  input: ReportInput & { groupBy: RevenueReport['groupBy'] },
): Promise<RevenueReport> {
  const { groups, totals, ...head } = await aggregate(ctx, input);
  const figures = ({ revenue, reservations, seatsSold, pricedSeats }: Figures) => ({
    revenue: formatMinor(revenue),
    reservations,
    seats: seatsSold,
    averagePerSeat:
      pricedSeats === 0 ? null : formatMinor(roundHalfUp(revenue, BigInt(pricedSeats))),
  });
  const rows = groups.map((group) => Object.assign(group.key, figures(group)));
  return { ...head, groupBy: input.groupBy, rows, totals: figures(totals) };
}

/** How full the showtimes were on average. */
export async function reportOccupancy(
  ctx: ServiceContext,
  input: ReportInput & { groupBy: OccupancyReport['groupBy'] },
): Promise<OccupancyReport> {
  const { groups, totals, ...head } = await aggregate(ctx, input);
  const figures = ({ showtimes, shares }: Figures) => ({
    showtimes,
    averageShare: share(shares, showtimes),
  });
  const rows = groups.map((group) => Object.assign(group.key, figures(group)));
  return { ...head, groupBy: input.groupBy, rows, totals: figures(totals) };
}

/** The movies with the most seats sold; equal ones by revenue, then by title. */
export async function reportPopularMovies(
  ctx: ServiceContext,
  { limit, ...range }: PopularMoviesInput,
): Promise<PopularMoviesReport> {
  const { groups, totals, ...head } = await aggregate(ctx, { ...range, groupBy: 'movie' });
  const figures = ({ reservations, seatsSold, revenue }: Figures) => ({
    reservations,
    seats: seatsSold,
    revenue: formatMinor(revenue),
  });
  const rows = groups
    .filter((group) => group.seatsSold > 0)
    .toSorted((a, b) => b.seatsSold - a.seatsSold || compare(b.revenue, a.revenue))
    .slice(0, limit)
    .map((group, index) => ({
      rank: index + 1,
      movieId: group.key.movieId ?? '',
      title: group.key.title ?? '',
      ...figures(group),
    }));
  return { ...head, groupBy: 'movie', rows, totals: figures(totals) };
}

/** The columns of the key have the key's names. */
interface AggregateRow extends RowKey {
  showtimes: number;
  seats_total: number;
  seats_sold: number;
  priced_seats: number;
  reservations: number;
  revenue: string;
  shares: number;
}

/**
 * All figures come from one statement and so from one snapshot; the totals are the sums of the
 * groups, which do not overlap.
 */
async function aggregate(ctx: ServiceContext, input: ReportInput): Promise<Aggregate> {
  const { from, to } = await rangeOf(ctx, input);
  const { currency } = ctx.app.config;
  const values = [from, to, input.theaterId ?? null, input.movieId ?? null, currency];
  const statement = reportStatement(input.groupBy);
  const rows = await ctx.app.replicas.query<AggregateRow>(ctx, statement, values);
  const { keyOf } = groupings[input.groupBy];
  const groups = rows.map((row) => ({
    key: keyOf(row),
    showtimes: row.showtimes,
    seatsTotal: row.seats_total,
    seatsSold: row.seats_sold,
    pricedSeats: row.priced_seats,
    reservations: row.reservations,
    revenue: parseMinor(row.revenue),
    shares: row.shares,
  }));
  return { from, to, currency, groups, totals: sumOf(groups) };
}

function sumOf(groups: Group[]): Figures {
  const sum: Figures = {
    showtimes: 0,
    seatsTotal: 0,
    seatsSold: 0,
    reservations: 0,
    revenue: 0n,
    pricedSeats: 0,
    shares: 0,
  };
  for (const group of groups) {
    sum.showtimes += group.showtimes;
    sum.seatsTotal += group.seatsTotal;
    sum.seatsSold += group.seatsSold;
    sum.reservations += group.reservations;
    sum.revenue += group.revenue;
    sum.pricedSeats += group.pricedSeats;
    sum.shares += group.shares;
  }
  return sum;
}

/** Today and the 29 days before, unless told otherwise; today is the theater's, or UTC's. */
async function rangeOf(
  ctx: ServiceContext,
  input: ReportInput,
): Promise<{ from: string; to: string }> {
  assertDays(input);
  const range = await queryOne<{ from: string; to: string }>(
    ctx,
    `select coalesce($1::date, last.day - 29)::text as "from", last.day::text as "to"
     from (select coalesce($2::date, (clock_timestamp() at time zone coalesce(
       (select timezone from theaters where id = $3), 'UTC'))::date) as day) last`,
    [input.from ?? null, input.to ?? null, input.theaterId ?? null],
  );
  assertDays(range);
  return range;
}

/**
 * What a report is divided by: `by` puts a show into its group, `key` and `order` are columns of
 * the group. `every` are the groups that are there without a show; `names` joins what the others
 * are called.
 */
interface Grouping {
  by: string;
  key: string;
  keyOf: (row: RowKey) => RowKey;
  order: string;
  every?: string;
  names?: string;
}

const groupings: Record<GroupBy, Grouping> = {
  showtime: {
    by: 's.id',
    key: `g.value as "showtimeId", g.start_time as "startTime", m.title as "movieTitle",
      t.name as "theaterName"`,
    keyOf: ({ showtimeId, startTime, movieTitle, theaterName }) => ({
      showtimeId,
      startTime,
      movieTitle,
      theaterName,
    }),
    order: 'g.start_time, g.value',
    names: 'join movies m on m.id = g.movie_id join theaters t on t.id = g.theater_id',
  },
  movie: {
    by: 's.movie_id',
    key: 'm.id as "movieId", m.title',
    keyOf: ({ movieId, title }) => ({ movieId, title }),
    order: 'm.title, m.id',
    names: 'join movies m on m.id = g.value',
  },
  theater: {
    by: 's.theater_id',
    key: 't.id as "theaterId", t.name',
    keyOf: ({ theaterId, name }) => ({ theaterId, name }),
    order: 't.name, t.id',
    names: 'join theaters t on t.id = g.value',
  },
  date: {
    by: 's.local::date',
    key: 'value as date',
    keyOf: ({ date }) => ({ date }),
    order: 'value',
    every: `(select day::date as value from generate_series($1::date, $2::date, '1 day') day) days`,
  },
  weekday: {
    by: 'extract(isodow from s.local)::int',
    key: 'value as weekday',
    keyOf: ({ weekday }) => ({ weekday }),
    order: 'value',
    every: 'generate_series(1, 7) as weekday (value)',
  },
  hour: {
    by: 'extract(hour from s.local)::int',
    key: 'value as hour',
    keyOf: ({ hour }) => ({ hour }),
    order: 'value',
    every: 'generate_series(0, 23) as hour (value)',
  },
};

/** Each show is a group of its own. */
const figuresOfShow = `1 as showtimes, s.total_seats as seats_total, sold.reservations, sold.seats,
  case when s.currency = $5 then sold.seats end as priced_seats,
  case when s.currency = $5 then sold.revenue end as revenue,
  sold.seats::float8 / s.total_seats as shares`;

const figuresOfGroup = `count(*) as showtimes, sum(s.total_seats) as seats_total,
  sum(sold.reservations) as reservations, sum(sold.seats) as seats,
  sum(sold.seats) filter (where s.currency = $5) as priced_seats,
  sum(sold.revenue) filter (where s.currency = $5) as revenue,
  sum(sold.seats::float8 / s.total_seats) as shares`;

/**
 * Showtimes of the range by the local day of their start, archived ones included, cancelled ones
 * not; what was sold in each; then the groups. The bounds in UTC let the index do its work.
 *
 * What a show sold is added up for itself, from the index alone, and not in one go for all shows:
 * a prepared statement is soon planned without its values, as if for one show, and a join of all
 * that was added up would be done anew for each of a hundred thousand. A reservation has the
 * currency of its show.
 */
function reportStatement(groupBy: GroupBy): string {
  const { by, key, order, every, names } = groupings[groupBy];
  const single = groupBy === 'showtime';
  return `
    with shows as (
      select s.id, s.movie_id, s.theater_id, s.start_time, s.total_seats, s.currency,
        s.start_time at time zone t.timezone as local
      from showtimes s join theaters t on t.id = s.theater_id
      where s.cancelled_at is null
        and s.start_time >= $1::date - interval '1 day'
        and s.start_time < $2::date + interval '2 days'
        and (s.start_time at time zone t.timezone)::date between $1::date and $2::date
        and ($3::uuid is null or s.theater_id = $3)
        and ($4::uuid is null or s.movie_id = $4)
    ), groups as (
      select ${by} as value, ${
        single ? `s.start_time, s.movie_id, s.theater_id, ${figuresOfShow}` : figuresOfGroup
      }
      from shows s cross join lateral (
        select count(*) as reservations, sum(r.seat_count) as seats, sum(r.total_price) as revenue
        from reservations r where r.showtime_id = s.id and r.status <> 'cancelled') sold
      ${single ? '' : 'group by value'}
    )
    select ${key}, coalesce(showtimes, 0)::int as showtimes,
      coalesce(seats_total, 0)::int as seats_total, coalesce(seats, 0)::int as seats_sold,
      coalesce(priced_seats, 0)::int as priced_seats,
      coalesce(reservations, 0)::int as reservations,
      coalesce(revenue, 0)::numeric(14,2)::text as revenue, coalesce(shares, 0) as shares
    from ${every === undefined ? `groups g ${names}` : `${every} left join groups using (value)`}
    order by ${order}`;
}

/** A share with at most four decimals, halves rounded up; of nothing it is 0. */
function share(part: number, whole: number): number {
  // Multiplied first: 57 of 800 is a half that the other order loses.
  return whole === 0 ? 0 : Math.round((part * 10_000) / whole) / 10_000;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
