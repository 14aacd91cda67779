import type { Pool } from 'pg';
import { exchange } from '../apps/server/test/races/exchange.ts';
import type { Request } from '../apps/server/test/races/exchange.ts';

/* Accounts and shows for a crowd. */

/** A showtime on sale. */
export interface Sale {
  showtimeId: string;
  seatIds: string[];
}

/** Who buys; their sign-ins last for the whole run. */
export interface Accounts {
  /** The token of an administrator. */
  admin: string;
  /** Tokens of the customers. */
  customers: string[];
}

/** @param pool at the database of the server, to appoint the administrator */
export async function register(url: string, pool: Pool, customers: number): Promise<Accounts> {
  const tokens: string[] = [];
  const ids: string[] = [];
  for (let count = 0; count <= customers; count += 1) {
    const body = { email: `${crypto.randomUUID()}@example.com`, password: crypto.randomUUID() };
    const data = await make(url, { method: 'POST', path: '/auth/register', body });
    tokens.push(String(data.accessToken));
    ids.push((data.user as { id: string }).id);
  }
  await pool.query(`update users set role = 'admin' where id = $1`, [ids[0]]);
  return { admin: tokens[0] ?? '', customers: tokens.slice(1) };
}

const rows = Array.from({ length: 20 }, (_, index) => ({
  label: String.fromCodePoint(65 + index),
  seats: 40,
}));

/** Shows in a new theater: no run meets the seats of another. */
export async function openSales(url: string, { admin }: Accounts, count = 3): Promise<Sale[]> {
  const post = (path: string, body: object) =>
    make(url, { method: 'POST', path, body, token: admin });
  const name = `Fleet ${crypto.randomUUID()}`;
  const theater = await post('/theaters', { name, timezone: 'UTC', rows });
  const movie = await post('/movies', { title: name, genre: 'Drama', durationMinutes: 90 });
  const seatIds = (theater.seats as { id: string }[]).map(({ id }) => id);
  const sales: Sale[] = [];
  for (let day = 1; day <= count; day += 1) {
    const startTime = new Date(Date.now() + day * 86_400_000).toISOString();
    const ids = { movieId: movie.id, theaterId: theater.id };
    const showtime = await post('/showtimes', { ...ids, startTime, price: '10.00' });
    sales.push({ showtimeId: String(showtime.id), seatIds });
  }
  return sales;
}

async function make(url: string, request: Request): Promise<Record<string, unknown>> {
  const { status, data, text } = await exchange(url, request);
  if (status !== 201) {
    throw new Error(`${request.path}: ${status} ${text}`);
  }
  return data;
}
