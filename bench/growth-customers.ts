import { randomUUID } from 'node:crypto';
import type { Server } from './servers.ts';
import type { Sale, Stage, User } from './stage.ts';
import { addressOf } from './surfaces.ts';

/** Milliseconds of each call, by its name. */
export type Times = Record<string, number[]>;

interface Round {
  stage: Stage;
  server: Server;
  /** Seats of an earlier round are not sold again. */
  round: number;
  seconds: number;
}

const customers = 6;
/** Lists and reports are heavier, and fewer. */
const reads = 15;

/** Purchases for some seconds, then lists and a report. */
export async function customerRound(given: Round): Promise<Times> {
  const times: Times = {};
  const end = performance.now() + given.seconds * 1000;
  await Promise.all(
    Array.from({ length: customers }, (_, index) => buyUntil(end, { ...given, index }, times)),
  );
  const [admin, tomorrow] = await Promise.all([adminOf(given.stage), tomorrowOf(given.stage)]);
  for (let count = 0; count < reads; count += 1) {
    const call = (name: string, target: string, user: User) =>
      timed(times, name, () => send(given.server, user, { target }));
    await call('list of showtimes, first page', '/showtimes?limit=50', admin);
    await call('list of showtimes, tomorrow', `/showtimes?limit=50&date=${tomorrow}`, admin);
    const report = '/admin/reports/revenue?groupBy=theater';
    await call('revenue of 30 days by theater', report, admin);
  }
  return times;
}

interface Customer extends Round {
  index: number;
}

async function buyUntil(end: number, given: Customer, times: Times): Promise<void> {
  const { stage, server, index, round } = given;
  const users = stage.users.filter((_, number) => number % customers === index);
  // Each customer has shows of its own, and each round other pairs of seats.
  const sales = stage.sales.filter((_, number) => number % customers === index);
  let number = 0;
  while (performance.now() < end) {
    const user = users[number % users.length];
    const sale = sales[number % sales.length];
    const pair = await freePair(given, sale);
    if (!user || !sale || !pair) {
      throw new Error(`There are not enough seats for round ${round}.`);
    }
    const { showtimeId } = sale;
    const lock = { target: `/showtimes/${showtimeId}/lock-seats`, body: { seatIds: pair } };
    await timed(times, 'lock two seats', () => send(server, user, lock));
    const confirm = { target: '/reservations', body: { showtimeId, seatIds: pair } };
    await timed(times, 'confirm', () => send(server, user, confirm));
    const map = { target: `/showtimes/${showtimeId}/seats` };
    await timed(times, 'seat map', () => send(server, user, map));
    const own = { target: '/reservations?when=upcoming' };
    await timed(times, 'own bookings, upcoming', () => send(server, user, own));
    number += 1;
  }
}

/** Asked outside of what is timed. */
async function freePair(
  { stage }: Customer,
  sale: Sale | undefined,
): Promise<string[] | undefined> {
  const { rows } = await stage.pool.query<{ id: string }>(
    `select id from unnest($2::uuid[]) with ordinality as s (id, place)
     where not exists (select from seat_claims where showtime_id = $1 and seat_id = s.id)
     order by place limit 2`,
    [sale?.showtimeId, sale?.seatIds],
  );
  return rows.length === 2 ? rows.map(({ id }) => id) : undefined;
}

async function timed(times: Times, name: string, call: () => Promise<void>): Promise<void> {
  const began = performance.now();
  await call();
  (times[name] ??= []).push(performance.now() - began);
}

interface Request {
  target: string;
  body?: object;
}

/** @throws Error when the call is refused */
async function send(server: Server, { id, token }: User, { target, body }: Request): Promise<void> {
  const response = await fetch(`${server.url}/api/v1${target}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${token}`,
      'x-forwarded-for': addressOf(id),
      'accept-encoding': 'identity',
      ...(body ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${target} responded ${response.status}: ${text.slice(0, 300)}`);
  }
}

/** The first customer is made an administrator. */
async function adminOf({ pool, users: [first] }: Stage): Promise<User> {
  if (!first) {
    throw new Error('There are no users.');
  }
  await pool.query(`update users set role = 'admin' where id = $1 and role <> 'admin'`, [first.id]);
  return first;
}

async function tomorrowOf({ pool }: Stage): Promise<string> {
  const { rows } = await pool.query<{ day: string }>(
    `select min(local_start)::date::text as day from showtimes where start_time > now()`,
  );
  return rows[0]?.day ?? '';
}
