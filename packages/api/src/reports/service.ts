import { assertDays } from '../days.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { UnavailableError, ValidationError } from '../errors.ts';
import { localTimeOf } from '../local-time.ts';
import { formatMinor, parseMinor, roundHalfUp } from '../money.ts';
import type { StaffContext } from '../service-context.ts';
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
import { mostShows, reportStatements } from './statements.ts';

/** The figures of one group of showtimes, or of all. */
interface Figures {
  showtimes: number;
  seatsTotal: number;
  seatsSold: number;
  /** Tickets whose holders have come; and have not, of shows that are over. */
  admitted: number;
  noShows: number;
  reservations: number;
  /** Minor units in the report's currency: prices of what is sold; these, fees and what was kept. */
  seatRevenue: bigint;
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
  otherCurrencies: string[];
  groups: Group[];
  totals: Figures;
}

/** Seats sold against seats in total. */
export async function reportCapacity(
  ctx: StaffContext,
  input: ReportInput & { groupBy: CapacityReport['groupBy'] },
): Promise<CapacityReport> {
  const { groups, totals, ...head } = await aggregate(ctx, input);
  const figures = ({ showtimes, seatsSold, seatsTotal, admitted, noShows }: Figures) => ({
    showtimes,
    seatsSold,
    seatsTotal,
    admitted,
    noShows,
    share: share(seatsSold, seatsTotal),
  });
  const rows = groups.map((group) => Object.assign(group.key, figures(group)));
  return { ...head, groupBy: input.groupBy, rows, totals: figures(totals) };
}

/** Revenue: what is sold, its fees, and what was kept of what was given back. */
export async function reportRevenue(
  ctx: StaffContext,
  input: ReportInput & { groupBy: RevenueReport['groupBy'] },
): Promise<RevenueReport> {
  const { groups, totals, ...head } = await aggregate(ctx, input);
  const figures = ({ revenue, seatRevenue, reservations, seatsSold, pricedSeats }: Figures) => ({
    revenue: formatMinor(revenue),
    reservations,
    seats: seatsSold,
    averagePerSeat:
      pricedSeats === 0 ? null : formatMinor(roundHalfUp(seatRevenue, BigInt(pricedSeats))),
  });
  const rows = groups.map((group) => Object.assign(group.key, figures(group)));
  return { ...head, groupBy: input.groupBy, rows, totals: figures(totals) };
}

/** The average share of seats sold. */
export async function reportOccupancy(
  ctx: StaffContext,
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
  ctx: StaffContext,
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

/**
 * All figures come from one statement and so from one snapshot; the totals are the sums of the
 * groups, which do not overlap.
 */
async function aggregate(ctx: StaffContext, input: ReportInput): Promise<Aggregate> {
  const { from, to } = await rangeOf(ctx, input);
  assertSize(input.groupBy, { from, to });
  const { reportTurns } = ctx.app;
  if (reportTurns.waiting >= mostWaiting) {
    throw new UnavailableError();
  }
  return reportTurns.run(ctx.caller?.id ?? '', () => readGroups(ctx, { ...input, from, to }));
}

async function readGroups(
  ctx: StaffContext,
  { from, to, ...input }: ReportInput & { from: string; to: string },
): Promise<Aggregate> {
  const currency = await currencyOf(ctx, input);
  const sites = input.siteId === undefined ? ctx.sites : [input.siteId];
  const values = [from, to, input.theaterId ?? null, input.movieId ?? null, currency, sites];
  const { keyOf, figures } = reportStatements[input.groupBy];
  const rows = await ctx.app.replicas.report(ctx, figures, values);
  if (rows.length > mostShows) {
    throw tooLong(`must not be so early: the report would list more than ${mostShows} showtimes`);
  }
  const groups = rows.map((row) => ({
    key: keyOf(row),
    showtimes: row.showtimes,
    seatsTotal: row.seatsTotal,
    seatsSold: row.seatsSold,
    admitted: row.admitted,
    noShows: row.noShows,
    pricedSeats: row.pricedSeats,
    reservations: row.reservations,
    seatRevenue: parseMinor(row.seatRevenue),
    revenue: parseMinor(row.revenue),
    shares: row.shares,
  }));
  // Every row has them.
  const otherCurrencies = rows[0]?.otherCurrencies ?? [];
  return { from, to, currency, otherCurrencies, groups, totals: sumOf(groups) };
}

/** Three years of days, and a year of a chain's showtimes. */
const mostDays = 1_100;
/** Reports that wait for their turn on this server. */
const mostWaiting = 100;
const dayMs = 24 * 60 * 60_000;

/** @throws ValidationError for a range of which each day would be a row, and of too many days */
function assertSize(groupBy: GroupBy, { from, to }: { from: string; to: string }): void {
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  if (groupBy === 'date' && days > mostDays) {
    throw tooLong(`must be at most ${mostDays - 1} days before to when each row is a date`);
  }
}

function tooLong(message: string): ValidationError {
  return new ValidationError([{ path: ['from'], message }]);
}

function sumOf(groups: Group[]): Figures {
  const sum: Figures = {
    showtimes: 0,
    seatsTotal: 0,
    seatsSold: 0,
    admitted: 0,
    noShows: 0,
    reservations: 0,
    seatRevenue: 0n,
    revenue: 0n,
    pricedSeats: 0,
    shares: 0,
  };
  for (const group of groups) {
    sum.showtimes += group.showtimes;
    sum.seatsTotal += group.seatsTotal;
    sum.seatsSold += group.seatsSold;
    sum.admitted += group.admitted;
    sum.noShows += group.noShows;
    sum.reservations += group.reservations;
    sum.seatRevenue += group.seatRevenue;
    sum.revenue += group.revenue;
    sum.pricedSeats += group.pricedSeats;
    sum.shares += group.shares;
  }
  return sum;
}

const siteCurrency = statement('select currency from sites where id = $1', { currency: 'text?' });

async function currencyOf(
  ctx: StaffContext,
  { currency, siteId }: Pick<ReportInput, 'currency' | 'siteId'>,
): Promise<string> {
  if (currency !== undefined || siteId === undefined) {
    return currency ?? ctx.app.config.currency;
  }
  const [site] = await query(ctx, siteCurrency, [siteId]);
  return site?.currency ?? ctx.app.config.currency;
}

const clockAndZone = statement(
  `select clock_timestamp() as now, coalesce(t.timezone, c.timezone, 'UTC') as zone,
     c.business_day_starts_at as "dayStartsAt"
   from (values ($1::uuid, $2::uuid)) as input (theater_id, site_id)
   left join theaters t on t.id = input.theater_id
   left join sites c on c.id = coalesce(t.site_id, input.site_id)`,
  { now: 'instant', zone: 'text', dayStartsAt: 'text?' },
);

/**
 * By default today and the 29 days before; today is the business day of the theater or the site, or
 * else the day in UTC.
 */
async function rangeOf(
  ctx: StaffContext,
  input: ReportInput,
): Promise<{ from: string; to: string }> {
  assertDays(input);
  const to = input.to ?? (await today(ctx, input));
  const before = new Date(Date.parse(to) - 29 * dayMs);
  const from = input.from ?? before.toISOString().slice(0, 10);
  assertDays({ from, to });
  return { from, to };
}

async function today(ctx: StaffContext, { theaterId, siteId }: ReportInput): Promise<string> {
  const values = [theaterId ?? null, siteId ?? null];
  const { now, zone, dayStartsAt } = await queryOne(ctx, clockAndZone, values);
  const local = localTimeOf(now, zone);
  const isDayBefore = dayStartsAt !== null && local.slice(11, 16) < dayStartsAt;
  const date = local.slice(0, 10);
  return isDayBefore ? new Date(Date.parse(date) - dayMs).toISOString().slice(0, 10) : date;
}

/** A share with at most four decimals, halves rounded up; of nothing it is 0. */
function share(part: number, whole: number): number {
  // Multiplied first: 57 of 800 is a half that the other order loses.
  return whole === 0 ? 0 : Math.round((part * 10_000) / whole) / 10_000;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
