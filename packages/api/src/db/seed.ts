import type { EntityManager } from '@mikro-orm/postgresql';
import { Seeder } from '@mikro-orm/seeder';
import { randomUUID } from 'node:crypto';
import type { App } from '../app.ts';
import { formatMinor, parseMinor } from '../money.ts';
import { newReference } from '../reservations/reference.ts';
import { seatPlaces } from '../theaters/layout.ts';
import type { CreateTheater, SeatRow, SeatType } from '../theaters/schema.ts';
import {
  Movie,
  Reservation,
  ReservationEvent,
  Seat,
  Showtime,
  Theater,
  User,
} from './entities/index.ts';
import { type Database, databaseNow, query, queryOne } from './query.ts';

/** Both demo accounts have it; it stands in the README. */
const demoPassword = 'matinee-demo-1';
const demoAdmin = 'admin@example.com';
const demoUser = 'user@example.com';

/** The accounts that everybody knows the password of. */
export const demoEmails: readonly string[] = [demoAdmin, demoUser];

/**
 * Fills an empty database with a small cinema to try things out on: theaters, movies, two weeks of
 * showtimes around today, customers and what they bought. Servers that start at once seed once, and
 * a database with anything in it is left alone.
 *
 * @throws in production
 */
export async function seedDemo(app: App): Promise<'seeded' | 'present'> {
  if (app.config.environment === 'production') {
    throw new Error('Demo data is never created in production.');
  }
  if (!(await isEmpty({ em: app.orm.em.fork(), pool: app.pool }))) {
    return 'present';
  }
  // Hashed before the advisory lock is taken: it takes a while.
  const passwords = [demoPassword, demoPassword, randomUUID()];
  const [admin = '', user = '', others = ''] = await Promise.all(
    passwords.map((password) => app.passwords.hash(password)),
  );
  let outcome: 'seeded' | 'present' = 'present';
  // `orm.seeder` makes its seeders without arguments, so this one finds them in its closure.
  class DemoSeeder extends Seeder {
    override async run(seederEm: unknown): Promise<void> {
      await (seederEm as EntityManager).transactional(async (em) => {
        const tx = { em, pool: app.pool };
        await queueUp(tx);
        if (await isEmpty(tx)) {
          await fill(tx, app, { admin, user, others });
          outcome = 'seeded';
        }
      });
    }
  }
  await app.orm.seeder.seed(DemoSeeder);
  return outcome;
}

/** E-mails of the demo accounts that somebody could sign in with; none may be in production. */
export async function demoAccountsActive(app: App): Promise<string[]> {
  const rows = await query<{ email: string }>(
    { em: app.orm.em.fork(), pool: app.pool },
    'select email from users where lower(email) = any($1) and disabled_at is null order by email',
    [demoEmails],
  );
  return rows.map(({ email }) => email);
}

/** Any constant will do, as long as it is another one than that of the migrations. */
const seedLock = 7_306_482;

/** A second server waits until the first has seeded, longer than a request waits for a lock. */
async function queueUp(tx: Database): Promise<void> {
  await query(tx, `set local lock_timeout = 0`);
  await query(tx, 'select pg_advisory_xact_lock($1)', [seedLock]);
}

/** Everything else in the model hangs on one of these. */
async function isEmpty(db: Database): Promise<boolean> {
  const { empty } = await queryOne<{ empty: boolean }>(
    db,
    `select not exists (select from users) and not exists (select from movies)
       and not exists (select from theaters) as empty`,
  );
  return empty;
}

interface Hashes {
  admin: string;
  user: string;
  others: string;
}

async function fill(tx: Database, { config }: App, hashes: Hashes): Promise<void> {
  const now = await databaseNow(tx);
  // Any number will do; it has to stay the same for the demo to stay the same.
  const random = randomNumbers(1895);
  const users = addUsers(tx, hashes, now);
  const movies = movieList.map((row) => addMovie(tx, row, now));
  const halls = theaterList.map((plan) => addHall(tx, plan, now));
  const slots = halls.flatMap((hall) => planSlots(hall, movies, random));
  const starts = await startsOf(tx, slots, now);
  const shows = slots.map((slot, index) => {
    const start = starts[index] ?? now;
    return addShow(tx, slot, { start, createdAt: before(now, 21), currency: config.currency });
  });
  const largestGroup = Math.min(6, config.seatLock.maxSeats);
  const market = { now, random, users, largestGroup, count: 0 };
  const sales = shows.flatMap((show) => sell(tx, show, market));
  await tx.em.flush();
  await insertSeats(tx, sales);
}

// --- People. ---

const customerNames = [
  'Ada Winter', 'Bela Roth', 'Carmen Ortiz', 'Dev Patel', 'Elif Kaya', 'Femi Adeyemi',
  'Greta Lund', 'Hugo Marchand', 'Ines Costa', 'Jun Mori', 'Kofi Mensah', 'Lena Vogel',
  'Mira Novak', 'Nils Berg', 'Oona Laine', 'Pablo Reyes', 'Quinn Doyle', 'Rosa Bianchi',
];

interface Users {
  demo: User;
  customers: User[];
}

function addUsers(tx: Database, hashes: Hashes, now: Date): Users {
  const add = (name: string, email: string, passwordHash: string) => {
    const [firstName = '', lastName = ''] = name.split(' ');
    const at = before(now, 28);
    const account = { email, passwordHash, firstName, lastName };
    return tx.em.create(User, { ...account, createdAt: at, updatedAt: at });
  };
  add('Demo Admin', demoAdmin, hashes.admin).role = 'admin';
  const demo = add('Demo User', demoUser, hashes.user);
  const customers = customerNames.map((name) => {
    const email = `${name.toLowerCase().replace(' ', '.')}@example.org`;
    return add(name, email, hashes.others);
  });
  return { demo, customers };
}

// --- Theaters. ---

/** A theater to build, and when it plays. */
interface TheaterPlan extends CreateTheater {
  turnaroundMinutes: number;
  /** Local minutes from midnight. */
  opens: number;
  lastStart: number;
  /** Evening price by seat type, in minor units; afternoons are cheaper. */
  prices: Partial<Record<SeatType, number>> & { regular: number };
}

const theaterList: TheaterPlan[] = [
  {
    name: 'Harbor Street, Grand Hall',
    timezone: 'America/New_York',
    turnaroundMinutes: 20,
    opens: 13 * 60,
    lastStart: 21 * 60 + 30,
    prices: { regular: 1450, premium: 1750, vip: 2400 },
    rows: [
      ...rowsOf('ABC', { positions: 22, gaps: [1, 2, 7, 16, 21, 22] }),
      ...rowsOf('DEFGH', { positions: 22, gaps: [7, 16] }),
      ...rowsOf('JKLM', { positions: 22, gaps: [7, 16], seatType: 'premium', broken: 'K9' }),
      ...rowsOf('NP', { positions: 22, gaps: [3, 7, 10, 13, 16, 20], seatType: 'vip' }),
    ],
  },
  {
    name: 'Harbor Street, Studio',
    timezone: 'America/New_York',
    turnaroundMinutes: 10,
    opens: 15 * 60,
    lastStart: 22 * 60,
    prices: { regular: 1100 },
    rows: rowsOf('ABCDEF', { positions: 9, gaps: [3] }),
  },
  {
    name: 'Mission Court, Screen 1',
    timezone: 'America/Los_Angeles',
    turnaroundMinutes: 15,
    opens: 12 * 60 + 30,
    lastStart: 21 * 60 + 45,
    prices: { regular: 1300, premium: 1600 },
    rows: [
      ...rowsOf('A', { positions: 15, gaps: [1, 2, 8, 14, 15] }),
      ...rowsOf('BC', { positions: 15, gaps: [1, 8, 15] }),
      ...rowsOf('DEFG', { positions: 15, gaps: [8] }),
      ...rowsOf('HJ', { positions: 15, gaps: [8], seatType: 'premium' }),
    ],
  },
];

interface RowPlan {
  positions: number;
  gaps: number[];
  seatType?: SeatType;
  /** Row and position of a seat that is out of order. */
  broken?: string;
}

/** Equal rows, one for each letter. */
function rowsOf(labels: string, plan: RowPlan): SeatRow[] {
  const { positions, gaps, seatType = 'regular', broken } = plan;
  return labels.split('').map((label) => {
    const overrides: SeatRow['overrides'] = gaps.map((position) => ({ position, gap: true }));
    if (broken?.startsWith(label)) {
      overrides.push({ position: Number(broken.slice(1)), outOfOrder: true });
    }
    return { label, seats: positions, seatType, overrides };
  });
}

interface Hall {
  plan: TheaterPlan;
  theater: Theater;
  /** Row by row, from left to right. */
  rows: Seat[][];
}

function addHall(tx: Database, plan: TheaterPlan, now: Date): Hall {
  const places = seatPlaces(plan.rows);
  const { name, timezone, turnaroundMinutes } = plan;
  const createdAt = before(now, 30);
  const head = { name, timezone, turnaroundMinutes, createdAt };
  const theater = tx.em.create(Theater, { ...head, totalSeats: places.length });
  const seats = places.map((place) => tx.em.create(Seat, { ...place, theater, createdAt }));
  return { plan, theater, rows: [...Map.groupBy(seats, (seat) => seat.rowIndex).values()] };
}

// --- The schedule. ---

const firstDay = -7;
const lastDay = 8;
/** Starts before this local minute are afternoon shows. */
const evening = 17 * 60;
/** Minor units. */
const afternoonDiscount = 350;

/** A place in the schedule: a day counted from today, and the minute of it, both local. */
interface Slot {
  hall: Hall;
  movie: Movie;
  day: number;
  minute: number;
}

/** One show after the other from opening on, each on a five-minute mark. */
function planSlots(hall: Hall, movies: readonly Movie[], random: () => number): Slot[] {
  const { opens, lastStart, turnaroundMinutes } = hall.plan;
  const slots: Slot[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    const program = shuffled(movies, random);
    let minute = opens + 5 * Math.floor(random() * 6);
    for (const movie of program) {
      if (minute > lastStart) {
        break;
      }
      slots.push({ hall, movie, day, minute });
      const next = minute + movie.durationMinutes + turnaroundMinutes + random() * 15;
      minute = 5 * Math.ceil(next / 5);
    }
  }
  return slots;
}

/** The instants of the slots; the database knows the zones and their summer time. */
async function startsOf(tx: Database, slots: readonly Slot[], now: Date): Promise<Date[]> {
  const rows = await query<{ start: Date }>(
    tx,
    `select (((($1::timestamptz at time zone zone)::date + day) + make_interval(mins => minute))
       at time zone zone) as start
     from unnest($2::text[], $3::int[], $4::int[])
       with ordinality as slot (zone, day, minute, place)
     order by place`,
    [
      now,
      slots.map(({ hall }) => hall.plan.timezone),
      slots.map(({ day }) => day),
      slots.map(({ minute }) => minute),
    ],
  );
  return rows.map(({ start }) => start);
}

interface Show {
  showtime: Showtime;
  slot: Slot;
}

function addShow(
  tx: Database,
  slot: Slot,
  { start, ...head }: { start: Date; createdAt: Date; currency: string },
): Show {
  const { theater, plan } = slot.hall;
  const endTime = new Date(start.getTime() + slot.movie.durationMinutes * minuteMs);
  const { regular, premium, vip } = plan.prices;
  const discount = slot.minute < evening ? afternoonDiscount : 0;
  const price = (minor: number) => formatMinor(BigInt(minor - discount));
  const showtime = tx.em.create(Showtime, {
    ...head,
    movie: slot.movie,
    theater,
    startTime: start,
    endTime,
    blockedUntil: new Date(endTime.getTime() + plan.turnaroundMinutes * minuteMs),
    price: price(regular),
    premiumPrice: premium === undefined ? null : price(premium),
    vipPrice: vip === undefined ? null : price(vip),
    totalSeats: theater.totalSeats,
  });
  return { showtime, slot };
}

// --- What was sold. ---

/** What all sales share. */
interface Market {
  now: Date;
  random: () => number;
  users: Users;
  largestGroup: number;
  /** Sales so far. */
  count: number;
}

interface Sale {
  reservation: Reservation;
  seats: { seat: Seat; price: string }[];
}

/** Groups that sit together come until the show is as full as it should be. */
function sell(tx: Database, show: Show, market: Market): Sale[] {
  const { rows } = show.slot.hall;
  const wanted = show.showtime.totalSeats * demandFor(show, market);
  const taken = new Set<Seat>();
  const sales: Sale[] = [];
  for (let attempt = 0; taken.size < wanted && attempt < 200; attempt += 1) {
    const size = 1 + Math.floor(market.random() * market.largestGroup);
    const seats = seatsTogether(rows, size, market.random);
    if (seats.length < size || seats.some((seat) => seat.outOfOrder || taken.has(seat))) {
      continue;
    }
    const sale = addSale(tx, { showtime: show.showtime, seats }, market);
    sales.push(sale);
    if (sale.reservation.status !== 'cancelled') {
      seats.forEach((seat) => taken.add(seat));
    }
  }
  return sales;
}

/** Share of the seats that are sold: evenings are fuller, days to come emptier. */
function demandFor({ slot, showtime }: Show, { now, random }: Market): number {
  const full = (slot.minute < evening ? 0.04 : 0.1) + 0.2 * random();
  return showtime.startTime <= now ? full : full / (2 + Math.max(0, slot.day));
}

/** Neighbours without a gap between them, rather in the back; fewer than `size` where none fit. */
function seatsTogether(rows: readonly Seat[][], size: number, random: () => number): Seat[] {
  const row = rows[Math.floor(Math.sqrt(random()) * rows.length)] ?? [];
  const first = Math.floor(random() * row.length);
  const seats = row.slice(first, first + size);
  return seats.filter((seat, index) => seat.position === (seats[0]?.position ?? 0) + index);
}

function addSale(
  tx: Database,
  { showtime, seats }: { showtime: Showtime; seats: Seat[] },
  market: Market,
): Sale {
  const { random, users } = market;
  market.count += 1;
  // Counted, not drawn: whatever the day, the demo user has a few of each kind.
  const isDemoUser = market.count % 80 === 7;
  const isCancelled = market.count % (isDemoUser ? 240 : 16) === 7;
  const customer = users.customers[Math.floor(random() * users.customers.length)];
  const user = isDemoUser || !customer ? users.demo : customer;
  const { createdAt, cancelledAt } = timesOfSale(showtime, market);
  const priced = seats.map((seat) => ({ seat, price: priceOf(showtime, seat.seatType) }));
  const total = priced.reduce((sum, { price }) => sum + parseMinor(price), 0n);
  const reservation = tx.em.create(Reservation, {
    reference: newReference(),
    user,
    showtime,
    status: isCancelled ? 'cancelled' : 'confirmed',
    totalPrice: formatMinor(total),
    seatCount: seats.length,
    currency: showtime.currency,
    cancelledAt: isCancelled ? cancelledAt : null,
    createdAt,
    updatedAt: isCancelled ? cancelledAt : createdAt,
  });
  const event = { reservation, actor: user };
  tx.em.create(ReservationEvent, { ...event, step: 'confirmed', createdAt });
  if (isCancelled) {
    tx.em.create(ReservationEvent, { ...event, step: 'cancelled', createdAt: cancelledAt });
  }
  return { reservation, seats: priced };
}

/** Bought in the days before the show, cancelled before it started, and neither in the future. */
function timesOfSale(
  { startTime }: Showtime,
  { now, random }: Market,
): { createdAt: Date; cancelledAt: Date } {
  const end = Math.min(startTime.getTime(), now.getTime()) - 10 * minuteMs;
  const created = Math.round(end - random() ** 2 * 6 * dayMs);
  const cancelled = Math.round(created + random() * (end - created));
  return { createdAt: new Date(created), cancelledAt: new Date(cancelled) };
}

function priceOf({ price, premiumPrice, vipPrice }: Showtime, type: SeatType): string {
  return { regular: price, premium: premiumPrice ?? price, vip: vipPrice ?? price }[type];
}

/** The record of every seat that was bought, and a claim on those that were not given back. */
async function insertSeats(tx: Database, sales: readonly Sale[]): Promise<void> {
  const sold = sales.flatMap(({ reservation, seats }) =>
    seats.map(({ seat, price }) => ({ reservation: reservation.id, seat: seat.id, price })),
  );
  await query(
    tx,
    `insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price)
     select r.id, sold.seat_id, t.id, t.theater_id, sold.price
     from unnest($1::uuid[], $2::uuid[], $3::numeric[]) as sold (reservation_id, seat_id, price)
     join reservations r on r.id = sold.reservation_id
     join showtimes t on t.id = r.showtime_id`,
    [
      sold.map(({ reservation }) => reservation),
      sold.map(({ seat }) => seat),
      sold.map(({ price }) => price),
    ],
  );
  await query(
    tx,
    `insert into seat_claims
       (showtime_id, seat_id, theater_id, user_id, price, locked_at, reservation_id)
     select s.showtime_id, s.seat_id, s.theater_id, r.user_id, s.price, r.created_at, r.id
     from reservation_seats s join reservations r on r.id = s.reservation_id
     where r.status <> 'cancelled'`,
  );
}

// --- Numbers. ---

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

function before(now: Date, days: number): Date {
  return new Date(now.getTime() - days * dayMs);
}

/** Mulberry32: the same numbers from 0 to 1 on every machine, so that the demo is the same too. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const keyed = items.map((item) => ({ item, key: random() }));
  return keyed.toSorted((a, b) => a.key - b.key).map(({ item }) => item);
}

// --- Movies: classics, described in our own words. ---

type MovieRow = [
  title: string,
  genre: string,
  durationMinutes: number,
  releaseDate: string,
  contentRating: string,
  description: string,
];

const movieList: readonly MovieRow[] = [
  ['Nosferatu', 'Horror', 94, '1922-03-04', 'NR',
    'A clerk sells a house to a count who sleeps by day, and the plague moves in with him.'],
  ['The General', 'Comedy', 79, '1926-12-31', 'NR',
    'An engine driver loses two loves to the war, a girl and a locomotive, and goes after both.'],
  ['Metropolis', 'Science Fiction', 153, '1927-01-10', 'NR',
    'Those who think live above, those who work live below, and a machine is made to divide them.'],
  ['City Lights', 'Comedy', 87, '1931-01-30', 'G',
    'A tramp lets a blind flower seller believe that he is rich, and then has to act like it.'],
  ['Modern Times', 'Comedy', 87, '1936-02-05', 'G',
    'A factory worker is fed by a machine, swallowed by another, and walks off down the road.'],
  ['His Girl Friday', 'Comedy', 92, '1940-01-18', 'NR',
    'An editor has until the night train to win back his best reporter, who was once his wife.'],
  ['Casablanca', 'Drama', 102, '1942-11-26', 'PG',
    'Two exit visas, one café, and the woman who did not come to the station in Paris.'],
  ["Singin' in the Rain", 'Musical', 103, '1952-04-11', 'G',
    'Sound comes to the pictures, and a star with the wrong voice needs the right one in secret.'],
  ['Seven Samurai', 'Action', 207, '1954-04-26', 'NR',
    'A village that has nothing to offer but rice hires seven swords against forty bandits.'],
  ['Rear Window', 'Thriller', 112, '1954-09-01', 'PG',
    'A photographer with a broken leg watches the courtyard and counts one wife too few.'],
  ['Charade', 'Thriller', 113, '1963-12-05', 'NR',
    'A widow in Paris is missing a fortune and meets a helpful man with a new name every day.'],
  ['Night of the Living Dead', 'Horror', 96, '1968-10-01', 'NR',
    'Seven strangers board up a farmhouse; what is outside is slow, but there is more of it.'],
];

function addMovie(tx: Database, row: MovieRow, now: Date): Movie {
  const [title, genre, durationMinutes, releaseDate, contentRating, description] = row;
  const about = { title, genre, durationMinutes, releaseDate, contentRating, description };
  const at = before(now, 30);
  return tx.em.create(Movie, { ...about, createdAt: at, updatedAt: at });
}
