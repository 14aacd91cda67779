import { dayStartOf } from '../db/business-day.ts';
import { asPeopleSort } from '../db/collation.ts';
import { statementPlannedEachTime } from '../db/query.ts';
import type { Statement } from '../db/query.ts';
import type { Columns, RowOf } from '../db/row.ts';
import type { GroupBy, RowKey } from './schema.ts';

/**
 * What a report can say of shows. `ofShow` is the figure of one show; a group has the sum. Amounts, and the
 * seats behind them, count only shows in the report's currency.
 */
const figures = {
  showtimes: { type: 'int', ofShow: '1' },
  seatsTotal: { type: 'int', ofShow: 's.total_seats' },
  seatsSold: { type: 'int', ofShow: 'sold.seats' },
  reservations: { type: 'int', ofShow: 'sold.reservations' },
  /** Tickets whose holders have come; and have not, of shows that are over. */
  admitted: { type: 'int', ofShow: 'sold.admitted', part: 'admissions' },
  noShows: {
    type: 'int',
    ofShow: `case when s.end_time <= statement_timestamp()
      then greatest(sold.seats - sold.admitted, 0) else 0 end`,
    part: 'admissions',
  },
  pricedSeats: { type: 'int', ofShow: 'case when s.currency = $5 then sold.seats end' },
  /** Prices of what is sold; these, fees and what was kept. */
  seatRevenue: { type: 'numeric', ofShow: 'case when s.currency = $5 then sold.prices end' },
  revenue: {
    type: 'numeric',
    ofShow: 'case when s.currency = $5 then sold.prices + sold.fees + sold.kept end',
    part: 'fees',
  },
  /** The share of its seats that are sold. */
  shares: { type: 'float', ofShow: 'sold.seats::float8 / s.total_seats' },
} as const satisfies Record<string, Figure>;

interface Figure {
  type: 'int' | 'numeric' | 'float';
  ofShow: string;
  /** What must be read besides the sales. */
  part?: 'admissions' | 'fees';
}

export type FigureName = keyof typeof figures;

/** Figures of one group of shows, or of all; amounts in minor units. */
export type Figures<Name extends FigureName> = {
  [Each in Name]: (typeof figures)[Each]['type'] extends 'numeric' ? bigint : number;
};

/** Whether a figure is an amount, which rows have as a decimal string. */
export function isAmount(name: FigureName): boolean {
  return figures[name].type === 'numeric';
}

/** The figures of one group, with the columns of its key. */
export type FigureRow<Name extends FigureName> = RowKey &
  RowOf<{ [Each in Name]: (typeof figures)[Each]['type'] } & { otherCurrencies: 'text' }>;

/** How the rows of a report are read, and their key told apart from their figures. */
interface ReportStatement<Name extends FigureName> {
  statement: Statement<FigureRow<Name>>;
  keyOf: (row: RowKey) => RowKey;
}

/** The statements of a report, by what its rows stand for. */
export interface ReportStatements<Name extends FigureName, By extends GroupBy> {
  figures: readonly Name[];
  by: Readonly<Record<By, ReportStatement<Name>>>;
}

/** What the rows of a report stand for. */
interface Grouping {
  /** The group of a show. */
  by: string;
  /** The columns of the key, and their types. */
  key: string;
  columns: Columns;
  order: string;
  /** The groups that exist without a show. */
  every?: string;
  /** Joins the names of the other groups. */
  joins?: string;
  keyOf: (row: RowKey) => RowKey;
}

/** Seats that were given back of a reservation that still stands. */
const isPart = `l.kind = 'seats_cancelled' and x.status = 'confirmed'`;

const dayStart = dayStartOf('c');

/** Of all shows of the report, the same in each row. */
const otherCurrencies = `(
  select coalesce(json_agg(currency order by currency collate "C"), '[]')::text
  from (select distinct currency from shows where currency <> $5) x)`;

const sqlTypes: Record<Figure['type'], string> = {
  int: 'int',
  numeric: 'numeric(14,2)',
  float: 'float8',
};

const fees = `cross join (
  select coalesce(sum(fees), 0) as fees
  from reservations where showtime_id = s.id and status = 'confirmed' and fees > 0) f`;

/** A ticket once, however often its holder went out and in; grouped, because `count(distinct …)` sorts. */
const admissions = `cross join (
  select count(*) as admitted from (
    select from check_ins
    where showtime_id = s.id and type = 'entry' and result = 'admitted' and undone_at is null
    group by reservation_id, seat_id) tickets) a`;

/** Rows of a report by showtime: more than a chain of twenty screens plays in a year. */
export const mostShows = 50_000;

const groupings = {
  showtime: {
    by: 's.id',
    key: `g.value as "showtimeId", g.start_time as "startTime", m.title as "movieTitle",
      t.name as "theaterName", t.timezone`,
    columns: {
      showtimeId: 'uuid',
      startTime: 'instant',
      movieTitle: 'text',
      theaterName: 'text',
      timezone: 'text',
    },
    order: 'g.start_time, g.value',
    joins: 'join movies m on m.id = g.movie_id join theaters t on t.id = g.theater_id',
    keyOf: ({ showtimeId, startTime, movieTitle, theaterName, timezone }) => ({
      showtimeId,
      startTime,
      movieTitle,
      theaterName,
      timezone,
    }),
  },
  movie: {
    by: 's.movie_id',
    key: 'm.id as "movieId", m.title',
    columns: { movieId: 'uuid', title: 'text' },
    order: `m.title ${asPeopleSort}, m.id`,
    joins: 'join movies m on m.id = g.value',
    keyOf: ({ movieId, title }) => ({ movieId, title }),
  },
  theater: {
    by: 's.theater_id',
    key: 't.id as "theaterId", t.name',
    columns: { theaterId: 'uuid', name: 'text' },
    order: `t.name ${asPeopleSort}, t.id`,
    joins: 'join theaters t on t.id = g.value',
    keyOf: ({ theaterId, name }) => ({ theaterId, name }),
  },
  date: {
    by: 's.business::date',
    key: 'value as date',
    columns: { date: 'date' },
    order: 'value',
    every: `(select day::date as value
      from generate_series($1::date, $2::date, '1 day') day) days`,
    keyOf: ({ date }) => ({ date }),
  },
  weekday: {
    by: 'extract(isodow from s.business)::int',
    key: 'value as weekday',
    columns: { weekday: 'int' },
    order: 'value',
    every: 'generate_series(1, 7) as weekday (value)',
    keyOf: ({ weekday }) => ({ weekday }),
  },
  hour: {
    by: 'extract(hour from s.local)::int',
    key: 'value as hour',
    columns: { hour: 'int' },
    order: 'value',
    every: 'generate_series(0, 23) as hour (value)',
    keyOf: ({ hour }) => ({ hour }),
  },
} as const satisfies Record<GroupBy, Grouping>;

/** The statements of a report with these figures, whose rows stand for one of these. */
export function reportStatements<const Name extends FigureName, const By extends GroupBy>(
  names: readonly Name[],
  groups: readonly By[],
): ReportStatements<Name, By> {
  const by = groups.map((group) => {
    const grouping: Grouping = groupings[group];
    return [group, { statement: statementOf(names, grouping), keyOf: grouping.keyOf }];
  });
  return { figures: names, by: Object.fromEntries(by) as Record<By, ReportStatement<Name>> };
}

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
function statementOf<Name extends FigureName>(
  names: readonly Name[],
  { by, key, columns, order, every, joins }: Grouping,
): Statement<FigureRow<Name>> {
  const chosen = names.map((name): [Name, Figure] => [name, figures[name]]);
  const needs = (part: Figure['part']) => chosen.some(([, figure]) => figure.part === part);
  const selected = chosen.map(
    ([name, { type }]) => `coalesce("${name}", 0)::${sqlTypes[type]} as "${name}"`,
  );
  const single = by === 's.id';
  const grouped = chosen.map(
    ([name, { ofShow }]) => `${single ? ofShow : `sum(${ofShow})`} as "${name}"`,
  );
  const ofGroup = [
    `${by} as value`,
    ...(single ? ['s.start_time, s.movie_id, s.theater_id'] : []),
    ...grouped,
  ];
  const text = `with shows as (
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
       select ${ofGroup.join(', ')}
       from shows s cross join lateral (
         select r.reservations, r.seats - l.seats as seats, r.prices - l.prices as prices, l.kept
           ${needs('fees') ? ', f.fees' : ''} ${needs('admissions') ? ', a.admitted' : ''}
         from (
           select count(*) as reservations, coalesce(sum(seat_count), 0) as seats,
             coalesce(sum(total_price), 0) as prices
           from reservations where showtime_id = s.id and status = 'confirmed') r
         cross join (
           select coalesce(sum(l.seats) filter (where ${isPart}), 0) as seats,
             coalesce(sum(l.price) filter (where ${isPart}), 0) as prices,
             coalesce(sum(l.kept), 0) as kept
           from reservation_log l join reservations x on x.id = l.reservation_id
           where l.showtime_id = s.id) l
         ${needs('fees') ? fees : ''} ${needs('admissions') ? admissions : ''}) sold
       ${single ? '' : 'group by value'}
     )
     select ${key}, ${selected.join(', ')}, ${otherCurrencies} as "otherCurrencies"
     from ${every === undefined ? `groups g ${joins}` : `${every} left join groups using (value)`}
     order by ${order}${single ? ` limit ${mostShows + 1}` : ''}`;
  const figureColumns = Object.fromEntries(chosen.map(([name, { type }]) => [name, type]));
  const read = statementPlannedEachTime(text, {
    ...columns,
    ...figureColumns,
    otherCurrencies: 'text',
  });
  return read as Statement<FigureRow<Name>>;
}
