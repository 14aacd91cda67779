import { assertDays, dayAfter, reportedDays } from '../days.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { UnavailableError, ValidationError } from '../errors.ts';
import { localTimeOf } from '../local-time.ts';
import { formatMinor, parseMinor, roundHalfUp } from '../money.ts';
import type { StaffContext } from '../service-context.ts';
import { CapacityInput, OccupancyInput, RevenueInput } from './schema.ts';
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
import { isAmount, mostShows, reportStatements } from './statements.ts';
import type { FigureName, FigureRow, Figures, ReportStatements } from './statements.ts';

interface Group<Name extends FigureName> {
  key: RowKey;
  sums: Figures<Name>;
}

interface Aggregate<Name extends FigureName> {
  from: string;
  to: string;
  currency: string;
  otherCurrencies: string[];
  groups: Group<Name>[];
  totals: Figures<Name>;
}

const capacityStatements = reportStatements(
  ['showtimes', 'seatsSold', 'seatsTotal', 'admitted', 'noShows'],
  CapacityInput.shape.groupBy.unwrap().options,
);

/** Seats sold against seats in total. */
export async function reportCapacity(
  ctx: StaffContext,
  input: ReportInput & { groupBy: CapacityReport['groupBy'] },
): Promise<CapacityReport> {
  const { groups, totals, ...head } = await aggregate(ctx, input, capacityStatements);
  const figures = ({ showtimes, seatsSold, seatsTotal, admitted, noShows }: typeof totals) => ({
    showtimes,
    seatsSold,
    seatsTotal,
    admitted,
    noShows,
    share: share(seatsSold, seatsTotal),
  });
  const rows = groups.map(({ key, sums }) => Object.assign(key, figures(sums)));
  return { ...head, groupBy: input.groupBy, rows, totals: figures(totals) };
}

const revenueStatements = reportStatements(
  ['revenue', 'seatRevenue', 'reservations', 'seatsSold', 'pricedSeats'],
  RevenueInput.shape.groupBy.unwrap().options,
);

/** Revenue: what is sold, its fees, and what was kept of what was given back. */
export async function reportRevenue(
  ctx: StaffContext,
  input: ReportInput & { groupBy: RevenueReport['groupBy'] },
): Promise<RevenueReport> {
  const { groups, totals, ...head } = await aggregate(ctx, input, revenueStatements);
  const figures = (sums: typeof totals) => ({
    revenue: formatMinor(sums.revenue),
    reservations: sums.reservations,
    seats: sums.seatsSold,
    averagePerSeat:
      sums.pricedSeats === 0
        ? null
        : formatMinor(roundHalfUp(sums.seatRevenue, BigInt(sums.pricedSeats))),
  });
  const rows = groups.map(({ key, sums }) => Object.assign(key, figures(sums)));
  return { ...head, groupBy: input.groupBy, rows, totals: figures(totals) };
}

const occupancyStatements = reportStatements(
  ['showtimes', 'shares'],
  OccupancyInput.shape.groupBy.unwrap().options,
);

/** The average share of seats sold. */
export async function reportOccupancy(
  ctx: StaffContext,
  input: ReportInput & { groupBy: OccupancyReport['groupBy'] },
): Promise<OccupancyReport> {
  const { groups, totals, ...head } = await aggregate(ctx, input, occupancyStatements);
  const figures = ({ showtimes, shares }: typeof totals) => ({
    showtimes,
    averageShare: share(shares, showtimes),
  });
  const rows = groups.map(({ key, sums }) => Object.assign(key, figures(sums)));
  return { ...head, groupBy: input.groupBy, rows, totals: figures(totals) };
}

const popularityStatements = reportStatements(['reservations', 'seatsSold', 'revenue'], ['movie']);

/** The movies with the most seats sold; equal ones by revenue, then by title. */
export async function reportPopularMovies(
  ctx: StaffContext,
  { limit, ...range }: PopularMoviesInput,
): Promise<PopularMoviesReport> {
  const input = { ...range, groupBy: 'movie' as const };
  const { groups, totals, ...head } = await aggregate(ctx, input, popularityStatements);
  const figures = ({ reservations, seatsSold, revenue }: typeof totals) => ({
    reservations,
    seats: seatsSold,
    revenue: formatMinor(revenue),
  });
  const rows = groups
    .filter(({ sums }) => sums.seatsSold > 0)
    .toSorted(bySeats)
    .slice(0, limit)
    .map(({ key, sums }, index) => ({
      rank: index + 1,
      movieId: key.movieId ?? '',
      title: key.title ?? '',
      ...figures(sums),
    }));
  return { ...head, groupBy: 'movie', rows, totals: figures(totals) };
}

/**
 * All figures come from one statement and so from one snapshot; the totals are the sums of the
 * groups, which do not overlap.
 */
async function aggregate<Name extends FigureName, By extends GroupBy>(
  ctx: StaffContext,
  input: ReportInput & { groupBy: By },
  statements: ReportStatements<Name, By>,
): Promise<Aggregate<Name>> {
  const { from, to } = await rangeOf(ctx, input);
  assertSize(input.groupBy, { from, to });
  const { reportTurns } = ctx.app;
  if (reportTurns.waiting >= mostWaiting) {
    throw new UnavailableError();
  }
  return reportTurns.run(ctx.caller?.id ?? '', () =>
    readGroups(ctx, { ...input, from, to }, statements),
  );
}

async function readGroups<Name extends FigureName, By extends GroupBy>(
  ctx: StaffContext,
  { from, to, ...input }: ReportInput & { from: string; to: string; groupBy: By },
  { figures, by }: ReportStatements<Name, By>,
): Promise<Aggregate<Name>> {
  const currency = await currencyOf(ctx, input);
  const sites = input.siteId === undefined ? ctx.sites : [input.siteId];
  const values = [from, to, input.theaterId ?? null, input.movieId ?? null, currency, sites];
  const { keyOf, statement: rowsOf } = by[input.groupBy];
  const rows = await ctx.app.replicas.report(ctx, rowsOf, values);
  if (rows.length > mostShows) {
    throw tooLong(`must not be so early: the report would list more than ${mostShows} showtimes`);
  }
  // The same list in every row, and so read from one alone.
  const otherCurrencies = JSON.parse(rows[0]?.otherCurrencies ?? '[]') as string[];
  const groups = rows.map((row) => ({ key: keyOf(row), sums: figuresOf(row, figures) }));
  return { from, to, currency, otherCurrencies, groups, totals: sumOf(groups, figures) };
}

/** Turns the amounts of a row into minor units, in place: a report may have 50,000 rows. */
function figuresOf<Name extends FigureName>(
  row: FigureRow<Name>,
  names: readonly Name[],
): Figures<Name> {
  const read: Record<string, unknown> = row;
  for (const name of names) {
    if (isAmount(name)) {
      read[name] = parseMinor(read[name] as string);
    }
  }
  return row as unknown as Figures<Name>;
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

function sumOf<Name extends FigureName>(
  groups: readonly Group<Name>[],
  names: readonly Name[],
): Figures<Name> {
  const totals = names.map((name) => {
    const values = groups.map(({ sums }) => sums[name]);
    return [
      name,
      isAmount(name) ? sumOfAmounts(values as bigint[]) : sumOfCounts(values as number[]),
    ];
  });
  return Object.fromEntries(totals) as Figures<Name>;
}

function sumOfAmounts(values: bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

function sumOfCounts(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
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

/** Today is the business day of the theater or the site, or else the day in UTC. */
async function rangeOf(
  ctx: StaffContext,
  input: ReportInput,
): Promise<{ from: string; to: string }> {
  assertDays(input);
  return reportedDays(input, await today(ctx, input));
}

async function today(ctx: StaffContext, { theaterId, siteId }: ReportInput): Promise<string> {
  const values = [theaterId ?? null, siteId ?? null];
  const { now, zone, dayStartsAt } = await queryOne(ctx, clockAndZone, values);
  const local = localTimeOf(now, zone);
  const isDayBefore = dayStartsAt !== null && local.slice(11, 16) < dayStartsAt;
  const date = local.slice(0, 10);
  return isDayBefore ? dayAfter(date, -1) : date;
}

/** A share with at most four decimals, halves rounded up; of nothing it is 0. */
function share(part: number, whole: number): number {
  // Multiplied first: 57 of 800 is a half that the other order loses.
  return whole === 0 ? 0 : Math.round((part * 10_000) / whole) / 10_000;
}

function bySeats(a: Group<'seatsSold' | 'revenue'>, b: Group<'seatsSold' | 'revenue'>): number {
  return b.sums.seatsSold - a.sums.seatsSold || Number(b.sums.revenue - a.sums.revenue);
}
