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
  /** Minor units. */
  revenue: bigint;
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
  const rows = groups.map((group) => ({ ...group.key, ...figures(group) }));
  return { ...head, groupBy: input.groupBy, rows, totals: figures(totals) };
}

/** What was taken, without what was cancelled. */
export async function reportRevenue(
  ctx: ServiceContext,
  input: ReportInput & { groupBy: RevenueReport['groupBy'] },
): Promise<RevenueReport> {
  const { groups, totals, ...head } = await aggregate(ctx, input);
  const figures = ({ revenue, reservations, seatsSold }: Figures) => ({
    revenue: formatMinor(revenue),
    reservations,
    seats: seatsSold,
    averagePerSeat:
      seatsSold === 0 ? null : formatMinor(roundHalfUp(revenue, BigInt(seatsSold))),
  });
  const rows = groups.map((group) => ({ ...group.key, ...figures(group) }));
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
  const rows = groups.map((group) => ({ ...group.key, ...figures(group) }));
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

interface AggregateRow {
  key: RowKey;
  showtimes: number;
  seats_total: number;
  seats_sold: number;
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
  const rows = await ctx.app.replicas.query<AggregateRow>(ctx, reportStatement(input.groupBy), values);
  const groups = rows.map((row) => ({
    key: toKey(row.key),
    showtimes: row.showtimes,
    seatsTotal: row.seats_total,
    seatsSold: row.seats_sold,
    reservations: row.reservations,
    revenue: parseMinor(row.revenue),
    shares: row.shares,
  }));
  const totals = groups.reduce<Figures>(add, nothing);
  return { from, to, currency, groups, totals };
}

const nothing: Figures = {
  showtimes: 0,
  seatsTotal: 0,
  seatsSold: 0,
  reservations: 0,
  revenue: 0n,
  shares: 0,
};

function add(sum: Figures, group: Figures): Figures {
  return {
    showtimes: sum.showtimes + group.showtimes,
    seatsTotal: sum.seatsTotal + group.seatsTotal,
    seatsSold: sum.seatsSold + group.seatsSold,
    reservations: sum.reservations + group.reservations,
    revenue: sum.revenue + group.revenue,
    shares: sum.shares + group.shares,
  };
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

/** How a showtime's group is named, by what, and in which order; `g` is what leaves no gaps. */
const groupings: Record<GroupBy, { key: string; order: string; every?: string }> = {
  showtime: {
    key: `json_build_object('showtimeId', s.id, 'startTime', s.start_time,
      'movieTitle', m.title, 'theaterName', t.name)`,
    order: 's.start_time, s.id',
  },
  movie: { key: `json_build_object('movieId', m.id, 'title', m.title)`, order: 'm.title, m.id' },
  theater: { key: `json_build_object('theaterId', t.id, 'name', t.name)`, order: 't.name, t.id' },
  date: {
    key: `json_build_object('date', g.value)`,
    order: 'g.value',
    every: `(select day::date as value from generate_series($1::date, $2::date, '1 day') day) g
      on g.value = s.day`,
  },
  weekday: {
    key: `json_build_object('weekday', g.value)`,
    order: 'g.value',
    every: `(select generate_series(1, 7) as value) g on g.value = extract(isodow from s.local)`,
  },
  hour: {
    key: `json_build_object('hour', g.value)`,
    order: 'g.value',
    every: `(select generate_series(0, 23) as value) g on g.value = extract(hour from s.local)`,
  },
};

/**
 * Showtimes of the range by the local day of their start, archived ones included, cancelled ones
 * not; then what was sold in each; then the groups. The bounds in UTC let the index do its work.
 */
function reportStatement(groupBy: GroupBy): string {
  const { key, order, every } = groupings[groupBy];
  const named = every === undefined;
  const grouped = named ? order : 'g.value';
  return `
    with shows as (
      select s.id, s.movie_id, s.theater_id, s.start_time, s.total_seats,
        s.start_time at time zone t.timezone as local,
        (s.start_time at time zone t.timezone)::date as day
      from showtimes s join theaters t on t.id = s.theater_id
      where s.cancelled_at is null
        and s.start_time >= $1::date - interval '1 day'
        and s.start_time < $2::date + interval '2 days'
        and (s.start_time at time zone t.timezone)::date between $1::date and $2::date
        and ($3::uuid is null or s.theater_id = $3)
        and ($4::uuid is null or s.movie_id = $4)
    ), sold as (
      select r.showtime_id, count(*) as reservations, sum(r.seat_count) as seats,
        sum(r.total_price) filter (where r.currency = $5) as revenue
      from reservations r join shows on shows.id = r.showtime_id
      where r.status <> 'cancelled'
      group by r.showtime_id
    )
    select ${key} as key, count(s.id)::int as showtimes,
      coalesce(sum(s.total_seats), 0)::int as seats_total,
      coalesce(sum(sold.seats), 0)::int as seats_sold,
      coalesce(sum(sold.reservations), 0)::int as reservations,
      coalesce(sum(sold.revenue), 0)::numeric(14,2)::text as revenue,
      coalesce(sum(coalesce(sold.seats, 0)::float8 / s.total_seats), 0) as shares
    from shows s ${every === undefined ? '' : `right join ${every}`}
    left join sold on sold.showtime_id = s.id
    ${named ? 'join movies m on m.id = s.movie_id join theaters t on t.id = s.theater_id' : ''}
    group by ${grouped}${groupBy === 'showtime' ? ', m.title, t.name' : ''}
    order by ${order}`;
}

/** A share with at most four decimals; of nothing it is 0. */
function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000;
}

function toKey(key: RowKey): RowKey {
  return key.startTime === undefined ? key : { ...key, startTime: new Date(key.startTime) };
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
