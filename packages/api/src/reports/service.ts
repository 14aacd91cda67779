import { assertDays } from '../days.ts';
import { queryOne, statement } from '../db/query.ts';
import { UnavailableError, ValidationError } from '../errors.ts';
import { localDateOf } from '../local-time.ts';
import { formatMinor, parseMinor, roundHalfUp } from '../money.ts';
import type { ServiceContext } from '../service-context.ts';
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
  reservations: number;
  /** Minor units, sold in the configured currency. */
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

/** Seats sold against seats in total. */
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

/** Revenue, without cancelled reservations. */
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

/** The average share of seats sold. */
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

/**
 * All figures come from one statement and so from one snapshot; the totals are the sums of the
 * groups, which do not overlap.
 */
async function aggregate(ctx: ServiceContext, input: ReportInput): Promise<Aggregate> {
  const { from, to } = await rangeOf(ctx, input);
  assertSize(input.groupBy, { from, to });
  const { reportTurns } = ctx.app;
  if (reportTurns.waiting >= mostWaiting) {
    throw new UnavailableError();
  }
  return reportTurns.run(ctx.caller?.id ?? '', () => readGroups(ctx, { ...input, from, to }));
}

async function readGroups(
  ctx: ServiceContext,
  { from, to, ...input }: ReportInput & { from: string; to: string },
): Promise<Aggregate> {
  const { currency } = ctx.app.config;
  const values = [from, to, input.theaterId ?? null, input.movieId ?? null, currency];
  const { keyOf, figures } = reportStatements[input.groupBy];
  const rows = await ctx.app.replicas.query(ctx, figures, values);
  if (rows.length > mostShows) {
    throw tooLong(`must not be so early: the report would list more than ${mostShows} showtimes`);
  }
  const groups = rows.map((row) => ({
    key: keyOf(row),
    showtimes: row.showtimes,
    seatsTotal: row.seatsTotal,
    seatsSold: row.seatsSold,
    pricedSeats: row.pricedSeats,
    reservations: row.reservations,
    revenue: parseMinor(row.revenue),
    shares: row.shares,
  }));
  return { from, to, currency, groups, totals: sumOf(groups) };
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

const clockAndZone = statement(
  `select clock_timestamp() as now, coalesce(
     (select timezone from theaters where id = $1), 'UTC') as zone`,
  { now: 'instant', zone: 'text' },
);

/** By default today and the 29 days before; today in the theater's zone, or in UTC. */
async function rangeOf(
  ctx: ServiceContext,
  input: ReportInput,
): Promise<{ from: string; to: string }> {
  assertDays(input);
  const to = input.to ?? (await today(ctx, input.theaterId));
  const before = new Date(Date.parse(to) - 29 * dayMs);
  const from = input.from ?? before.toISOString().slice(0, 10);
  assertDays({ from, to });
  return { from, to };
}

async function today(ctx: ServiceContext, theaterId: string | undefined): Promise<string> {
  const { now, zone } = await queryOne(ctx, clockAndZone, [theaterId ?? null]);
  return localDateOf(now, zone);
}

/** A share with at most four decimals, halves rounded up; of nothing it is 0. */
function share(part: number, whole: number): number {
  // Multiplied first: 57 of 800 is a half that the other order loses.
  return whole === 0 ? 0 : Math.round((part * 10_000) / whole) / 10_000;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
