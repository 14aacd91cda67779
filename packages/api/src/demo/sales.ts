import type { Seat, Showtime, User } from '../db/entities/index.ts';
import { dayMs, minuteMs } from './numbers.ts';
import { evening } from './schedule.ts';
import type { Show } from './schedule.ts';

/** Who buys. */
export interface Users {
  demo: User;
  customers: User[];
  /** Buys once. */
  guest: User;
}

/** What all sales share. */
export interface Market {
  now: Date;
  random: () => number;
  users: Users;
  largestGroup: number;
  /** Sales so far. */
  count: number;
}

/** A reservation to be made. */
export interface SalePlan {
  showtime: Showtime;
  user: User;
  seats: Seat[];
  createdAt: Date;
  /** Null: it is kept. */
  cancelledAt: Date | null;
}

/** Groups that sit together come until the show is as full as it should be. */
export function planSales(show: Show, market: Market): SalePlan[] {
  const { rows } = show.slot.hall;
  const wanted = show.showtime.totalSeats * demandFor(show, market);
  const taken = new Set<Seat>();
  const sales: SalePlan[] = [];
  for (let attempt = 0; taken.size < wanted && attempt < 200; attempt += 1) {
    const size = 1 + Math.floor(market.random() * market.largestGroup);
    const seats = seatsTogether(rows, size, market.random);
    if (seats.length < size || seats.some((seat) => seat.outOfOrder || taken.has(seat))) {
      continue;
    }
    const sale = planSale({ showtime: show.showtime, seats }, market);
    sales.push(sale);
    if (sale.cancelledAt === null) {
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

/** The sale that is the guest's; it is neither the demo user's nor cancelled. */
const saleOfGuest = 100;

function planSale(what: Pick<SalePlan, 'showtime' | 'seats'>, market: Market): SalePlan {
  const { random, users } = market;
  market.count += 1;
  // Counted, not drawn: whatever the day, the demo user has a few of each kind.
  const isDemoUser = market.count % 80 === 7;
  const isCancelled = market.count % (isDemoUser ? 240 : 16) === 7;
  const customer = users.customers[Math.floor(random() * users.customers.length)];
  const account = isDemoUser || !customer ? users.demo : customer;
  const user = market.count === saleOfGuest ? users.guest : account;
  const { createdAt, cancelledAt } = timesOfSale(what.showtime, market);
  return { ...what, user, createdAt, cancelledAt: isCancelled ? cancelledAt : null };
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
