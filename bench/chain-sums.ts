import type { Pool } from 'pg';

export type ReportName = 'capacity' | 'revenue' | 'popularMovies' | 'occupancy';
export type GroupName = 'showtime' | 'date' | 'movie' | 'theater' | 'weekday' | 'hour';

/** Every report and what it can be divided by. */
export const groupings: [ReportName, GroupName[]][] = [
  ['capacity', ['showtime', 'date', 'movie', 'theater']],
  ['revenue', ['movie', 'date', 'theater', 'showtime']],
  ['popularMovies', ['movie']],
  ['occupancy', ['theater', 'date', 'weekday', 'hour']],
];

/** A show that took place and what it sold, counted from the single seats. */
export interface Sold {
  showtimeId: string;
  movieId: string;
  theaterId: string;
  title: string;
  theater: string;
  zone: string;
  startTime: string;
  seatsTotal: number;
  reservations: number;
  seats: number;
  cents: number;
  date: string;
  hour: number;
  /** 1 is Monday. */
  weekday: number;
}

/** The shows by time. What they sold comes from the database, their local time does not. */
export async function readSold(pool: Pool): Promise<Sold[]> {
  const { rows } = await pool.query<Omit<Sold, 'startTime'> & { startTime: Date }>(
    `select s.id as "showtimeId", m.id as "movieId", t.id as "theaterId", m.title,
       t.name as theater, s.start_time as "startTime", t.timezone as zone,
       s.total_seats as "seatsTotal", count(distinct rs.reservation_id)::int as reservations,
       count(rs.seat_id)::int as seats, (coalesce(sum(rs.price), 0) * 100)::int as cents
     from showtimes s join movies m on m.id = s.movie_id join theaters t on t.id = s.theater_id
     left join (reservation_seats rs
       join reservations r on r.id = rs.reservation_id and r.status = 'confirmed')
       on rs.showtime_id = s.id
     where s.cancelled_at is null
     group by s.id, m.id, t.id order by s.start_time, s.id`,
  );
  const clocks = new Map<string, Intl.DateTimeFormat>();
  return rows.map(({ zone, startTime, ...show }) => {
    const clock = clocks.get(zone) ?? localClock(zone);
    clocks.set(zone, clock);
    return { ...show, zone, ...localTime(clock, startTime), startTime: startTime.toISOString() };
  });
}

function localClock(timeZone: string): Intl.DateTimeFormat {
  const digits = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit' } as const;
  return new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', ...digits });
}

function localTime(clock: Intl.DateTimeFormat, instant: Date) {
  const parts = clock.formatToParts(instant).map(({ type, value }) => [type, value] as const);
  const { year, month, day, hour } = Object.fromEntries(parts) as Record<string, string>;
  const date = `${year}-${month}-${day}`;
  return { date, hour: Number(hour), weekday: new Date(date).getUTCDay() || 7 };
}

interface Asked {
  report: ReportName;
  groupBy: GroupName;
  from: string;
  to: string;
  theaterId?: string;
  movieId?: string;
}

/** What a report should say, added up here in whole cents. */
export function expectedAnswer(sold: Sold[], asked: Asked): { rows: object[]; totals: object } {
  const { report, groupBy, from, to, theaterId, movieId } = asked;
  const shows = sold.filter(
    (show) =>
      show.date >= from &&
      show.date <= to &&
      (theaterId === undefined || show.theaterId === theaterId) &&
      (movieId === undefined || show.movieId === movieId),
  );
  const { keyOf, orderOf, every } = groups[groupBy];
  const found = Map.groupBy(shows, (show) => orderOf(show));
  const keys = every?.(from, to) ?? [...found.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const rows = keys.map((key) => {
    const members = found.get(key) ?? [];
    return { key: keyOf(members[0], key), members };
  });
  const figures = figuresOf[report];
  return report === 'popularMovies'
    ? { rows: mostPopular(rows), totals: figures(shows) }
    : {
        rows: rows.map(({ key, members }) => ({ ...key, ...figures(members) })),
        totals: figures(shows),
      };
}

interface Grouping {
  /** Sorts as the report does. */
  orderOf: (show: Sold) => string;
  keyOf: (show: Sold | undefined, order: string) => object;
  /** What has a row with or without shows. */
  every?: (from: string, to: string) => string[];
}

const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => twoDigits(first + index));
const twoDigits = (value: number) => String(value).padStart(2, '0');

const groups: Record<GroupName, Grouping> = {
  showtime: {
    orderOf: ({ startTime, showtimeId }) => `${startTime} ${showtimeId}`,
    keyOf: (show) => ({
      showtimeId: show?.showtimeId,
      startTime: show?.startTime,
      movieTitle: show?.title,
      theaterName: show?.theater,
      timezone: show?.zone,
    }),
  },
  movie: {
    orderOf: ({ title, movieId }) => `${title}\0${movieId}`,
    keyOf: (show) => ({ movieId: show?.movieId, title: show?.title }),
  },
  theater: {
    orderOf: ({ theater, theaterId }) => `${theater}\0${theaterId}`,
    keyOf: (show) => ({ theaterId: show?.theaterId, name: show?.theater }),
  },
  date: { orderOf: ({ date }) => date, keyOf: (_, date) => ({ date }), every: daysFrom },
  weekday: {
    orderOf: ({ weekday }) => twoDigits(weekday),
    keyOf: (_, weekday) => ({ weekday: Number(weekday) }),
    every: () => numbers(1, 7),
  },
  hour: {
    orderOf: ({ hour }) => twoDigits(hour),
    keyOf: (_, hour) => ({ hour: Number(hour) }),
    every: () => numbers(0, 23),
  },
};

function daysFrom(from: string, to: string): string[] {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000;
  return Array.from({ length: days + 1 }, (_, day) =>
    new Date(Date.parse(from) + day * 86_400_000).toISOString().slice(0, 10),
  );
}

const sum = (shows: Sold[], key: 'seats' | 'seatsTotal' | 'reservations' | 'cents') =>
  shows.reduce((total, show) => total + show[key], 0);

const share = (part: number, whole: number) =>
  whole === 0 ? 0 : Math.round((part * 10_000) / whole) / 10_000;

const amount = (cents: number) => (cents / 100).toFixed(2);

const figuresOf: Record<ReportName, (shows: Sold[]) => object> = {
  capacity: (shows) => ({
    showtimes: shows.length,
    seatsSold: sum(shows, 'seats'),
    seatsTotal: sum(shows, 'seatsTotal'),
    // No tickets are scanned here.
    admitted: 0,
    noShows: sum(shows, 'seats'),
    share: share(sum(shows, 'seats'), sum(shows, 'seatsTotal')),
  }),
  revenue: (shows) => {
    const [cents, seats] = [sum(shows, 'cents'), sum(shows, 'seats')];
    const average = Math.floor((2 * cents + seats) / (2 * seats));
    return {
      revenue: amount(cents),
      reservations: sum(shows, 'reservations'),
      seats,
      averagePerSeat: seats === 0 ? null : amount(average),
    };
  },
  popularMovies: (shows) => ({
    reservations: sum(shows, 'reservations'),
    seats: sum(shows, 'seats'),
    revenue: amount(sum(shows, 'cents')),
  }),
  occupancy: (shows) => ({
    showtimes: shows.length,
    averageShare: share(
      shows.reduce((total, { seats, seatsTotal }) => total + seats / seatsTotal, 0),
      shows.length,
    ),
  }),
};

/** Stable: equal ones stay in the order of their titles. */
function mostPopular(rows: { key: object; members: Sold[] }[]): object[] {
  return rows
    .filter(({ members }) => sum(members, 'seats') > 0)
    .toSorted(
      ({ members: a }, { members: b }) =>
        sum(b, 'seats') - sum(a, 'seats') || sum(b, 'cents') - sum(a, 'cents'),
    )
    .slice(0, 10)
    .map(({ key, members }, index) => ({
      rank: index + 1,
      ...key,
      ...figuresOf.popularMovies(members),
    }));
}
