import { v7 } from 'uuid';
import { demoAdmin, demoDesk, demoGate, demoUser } from '../auth/demo-accounts.ts';
import { noPassword } from '../auth/password.ts';
import { Movie, Seat, Showtime, Site, SiteRole, Theater, User } from '../db/entities/index.ts';
import { defaultSite } from '../db/entities/theater.ts';
import { databaseNow, query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { localTimeOf } from '../local-time.ts';
import { formatMinor } from '../money.ts';
import { seatPlaces } from '../theaters/layout.ts';
import { blockSomeSeats } from './block-seats.ts';
import { customerNames, movieList, riverside, theaterList } from './content.ts';
import type { MovieRow, TheaterPlan } from './content.ts';
import { before, minuteMs, randomNumbers } from './numbers.ts';
import { writePrices } from './prices.ts';
import { planSales } from './sales.ts';
import type { Users } from './sales.ts';
import { evening, planSlots } from './schedule.ts';
import type { Hall, Show, Slot } from './schedule.ts';
import { addSale, insertSeats } from './write-sales.ts';

/** Hashes of the passwords. */
export interface Hashes {
  admin: string;
  user: string;
  others: string;
}

/** Writes the whole demo; the caller has seen that the database is empty. */
export async function writeDemo(
  tx: Database,
  { currency, maxSeats }: { currency: string; maxSeats: number },
  hashes: Hashes,
): Promise<void> {
  const now = await databaseNow(tx);
  // Any number will do; it has to stay the same for the demo to stay the same.
  const random = randomNumbers(1895);
  const users = addUsers(tx, hashes, now);
  const movies = movieList.map((row) => addMovie(tx, row, now));
  const second = tx.em.create(Site, { ...riverside, createdAt: before(now, 30) });
  const halls = theaterList.map((plan) => addHall(tx, plan, { second, now }));
  const slots = halls.flatMap((hall) => planSlots(hall, movies, random));
  const starts = await startsOf(tx, slots, now);
  const shows = slots.map((slot, index) => {
    const start = starts[index] ?? now;
    return addShow(tx, slot, { start, createdAt: before(now, 21), currency });
  });
  const market = { now, random, users, largestGroup: Math.min(6, maxSeats), count: 0 };
  const sales = shows.flatMap((show) => planSales(show, market)).map((plan) => addSale(tx, plan));
  await tx.em.flush();
  const [first] = halls;
  if (first) {
    await writePrices(tx, { plan: first.plan, theaterId: first.theater.id, currency });
  }
  await insertSeats(tx, sales);
  await blockSomeSeats(tx);
  await query(tx, nameSite);
  await query(tx, leaveInPeace);
}

/** The reminders of invented customers have no reader, and would fill `/dev/mail` every day. */
const leaveInPeace = statement(
  `insert into notification_settings (user_id, reminders)
   select id, false from users where email like '%@example.org' or role = 'guest'`,
);

/** The site that the migration made. */
const nameSite = statement(
  `update sites set name = 'Matinee Downtown', address = '1 Main Street',
     timezone = (select timezone from theaters group by 1 order by count(*) desc, 1 limit 1)
   where id = '${defaultSite}'`,
);

function addUsers(tx: Database, hashes: Hashes, now: Date): Users {
  const add = (name: string, email: string, passwordHash: string) => {
    const [firstName = '', lastName = ''] = name.split(' ');
    const at = before(now, 28);
    const account = { email, passwordHash, firstName, lastName };
    return tx.em.create(User, { ...account, createdAt: at, updatedAt: at });
  };
  add('Demo Admin', demoAdmin, hashes.admin).role = 'admin';
  addMember(tx, add('Demo Desk', demoDesk, hashes.user), 'box_office');
  addMember(tx, add('Demo Gate', demoGate, hashes.user), 'gate');
  const demo = add('Demo User', demoUser, hashes.user);
  const customers = customerNames.map((name) => {
    const email = `${name.toLowerCase().replace(' ', '.')}@example.org`;
    return add(name, email, hashes.others);
  });
  const [id, at] = [v7(), before(now, 8)];
  const values = { id, email: id, passwordHash: noPassword, role: 'guest' as const };
  const guest = tx.em.create(User, { ...values, createdAt: at, updatedAt: at });
  return { demo, customers, guest };
}

function addMember(tx: Database, user: User, role: 'box_office' | 'gate'): void {
  user.role = 'staff';
  const site = tx.em.getReference(Site, defaultSite);
  tx.em.create(SiteRole, { user, site, role });
}

function addMovie(tx: Database, row: MovieRow, now: Date): Movie {
  const [title, genre, durationMinutes, releaseDate, contentRating, description] = row;
  const about = { title, genre, durationMinutes, releaseDate, contentRating, description };
  const at = before(now, 30);
  return tx.em.create(Movie, { ...about, createdAt: at, updatedAt: at });
}

function addHall(
  tx: Database,
  plan: TheaterPlan,
  { second, now }: { second: Site; now: Date },
): Hall {
  const places = seatPlaces(plan.rows);
  const { name, timezone, turnaroundMinutes } = plan;
  const createdAt = before(now, 30);
  const head = { name, timezone, turnaroundMinutes, createdAt };
  const site = plan.isRiverside ? second : tx.em.getReference(Site, defaultSite);
  const theater = tx.em.create(Theater, { ...head, site, totalSeats: places.length });
  const seats = places.map((place) => tx.em.create(Seat, { ...place, theater, createdAt }));
  return { plan, theater, rows: [...Map.groupBy(seats, (seat) => seat.rowIndex).values()] };
}

const instants = statement(
  `select (((($1::timestamptz at time zone zone)::date + day) + make_interval(mins => minute))
     at time zone zone) as start
   from unnest($2::text[], $3::int[], $4::int[])
     with ordinality as slot (zone, day, minute, place)
   order by place`,
  { start: 'instant' },
);

/** The instants of the slots; the database knows the zones and their summer time. */
async function startsOf(tx: Database, slots: readonly Slot[], now: Date): Promise<Date[]> {
  const rows = await query(tx, instants, [
    now,
    slots.map(({ hall }) => hall.plan.timezone),
    slots.map(({ day }) => day),
    slots.map(({ minute }) => minute),
  ]);
  return rows.map(({ start }) => start);
}

/** Minor units. */
const afternoonDiscount = 350;

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
    localStart: localTimeOf(start, plan.timezone),
    endTime,
    blockedUntil: new Date(endTime.getTime() + plan.turnaroundMinutes * minuteMs),
    price: price(regular),
    premiumPrice: premium === undefined ? null : price(premium),
    vipPrice: vip === undefined ? null : price(vip),
    totalSeats: theater.totalSeats,
  });
  return { showtime, slot };
}
