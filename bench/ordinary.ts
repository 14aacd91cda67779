/*
 * The fourth yardstick: an ordinary booking program, written for this bench with Express, Knex and
 * jsonwebtoken. One seat per request, in one transaction of a user look-up, a seat update and a
 * booking insert. Idempotency keys are in Redis if the bench found a `redis-server`; otherwise
 * there are none. No seat locks, no audit, no foreign keys. `results/bench.md` has its speed beside that
 * of a public program.
 */
import { createServer } from 'node:http';
import express from 'express';
import type { RequestHandler } from 'express';
import jwt from 'jsonwebtoken';
import knex from 'knex';
import { startRedis } from './redis.ts';
import { listen } from './reference-http.ts';

interface Wanted {
  showtimeId: string;
  seatId: string;
}

interface SeatRow {
  showtime_id: string;
  seat_id: string;
  price: string;
  status: string;
  user_id: string | null;
}

interface Locals extends Record<string, unknown> {
  userId: string;
}

type Middleware = RequestHandler<object, unknown, Wanted, object, Locals>;

const { DATABASE_URL = '', JWT_SECRET_KEY = '', REDIS_SERVER } = process.env;
// As many connections as the product has; Knex would open ten.
const database = knex({ client: 'pg', connection: DATABASE_URL, pool: { min: 0, max: 20 } });
const redis = REDIS_SERVER === undefined ? undefined : await startRedis(REDIS_SERVER);
const dayInSeconds = 86_400;

const authenticate: Middleware = (req, res, next) => {
  const [, token = ''] = req.headers.authorization?.split(' ') ?? [];
  try {
    const claims = jwt.verify(token, JWT_SECRET_KEY, { algorithms: ['HS256'] });
    res.locals.userId = (claims as { user_id: string }).user_id;
  } catch {
    res.status(401).json({ message: 'Sign in first.' });
    return;
  }
  next();
};

/** Repeats the response to a request that has come before. */
const idempotent: Middleware = async (req, res, next) => {
  const key = req.get('idempotency-key');
  if (redis === undefined || key === undefined) {
    next();
    return;
  }
  const name = `idempotency:${res.locals.userId}:${key}`;
  if ((await redis.set(name, 'pending', 'EX', dayInSeconds, 'NX')) === null) {
    const known = await redis.get(name);
    res
      .status(known === 'pending' ? 409 : 201)
      .type('json')
      .send(known);
    return;
  }
  res.locals['remember'] = name;
  next();
};

/** @returns the booking, or undefined if the seat is taken or the user is gone */
async function bookSeat(userId: string, { showtimeId, seatId }: Wanted) {
  return database.transaction(async (trx) => {
    const user = await trx<{ id: string }>('users').where({ id: userId }).first();
    if (!user) {
      return undefined;
    }
    const [seat] = await trx<SeatRow>('ordinary.seats')
      .where({ showtime_id: showtimeId, seat_id: seatId, status: 'available' })
      .update({ status: 'booked', user_id: userId })
      .returning('price');
    if (!seat) {
      return undefined;
    }
    const row = { user_id: userId, showtime_id: showtimeId, seat_id: seatId, price: seat.price };
    const [booking] = await trx<object>('ordinary.bookings').insert(row).returning('*');
    return booking;
  });
}

const createBooking: Middleware = async (req, res) => {
  const booking = await bookSeat(res.locals.userId, req.body);
  const name = res.locals['remember'];
  if (booking === undefined) {
    await (typeof name === 'string' ? redis?.del(name) : undefined);
    res.status(409).json({ message: 'This seat is taken.' });
    return;
  }
  if (typeof name === 'string') {
    await redis?.set(name, JSON.stringify(booking), 'EX', dayInSeconds);
  }
  res.status(201).json(booking);
};

const app = express();
app.use(express.json());
app.post('/bookings', authenticate, idempotent, createBooking);
listen(createServer(app));
