import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { exchange } from '../races/exchange.ts';

/* What customers and attackers find on a server. */

export interface Account {
  id: string;
  email: string;
  token: string;
  /** The address that the account calls from. */
  address: string;
}

/** Travels to the attacker as JSON. */
export interface Scene {
  /** The password of all accounts. */
  password: string;
  admin: Account;
  /** Honest customers who browse and lock seats, and one who signs in. */
  customers: Account[];
  returning: Account;
  /** Accounts of the attacker. */
  attackers: Account[];
  showtimeIds: string[];
}

/** Seats of a theater: ten rows. */
const rows = Array.from('ABCDEFGHIJ', (label) => ({ label, seats: 26 }));

const customers = 4;
const attackers = 10;

/** Makes accounts, a theater and showtimes over REST. @param pool promotes the administrator */
export async function buildScene(url: string, pool: Pool, shows: number): Promise<Scene> {
  const password = randomUUID();
  // Each account has an address of its own: limits on new accounts are not the subject here.
  const open = (network: number, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        register(url, password, `10.${network}.0.${index + 1}`),
      ),
    );
  const [admin, returning] = await open(1, 2);
  if (!admin || !returning) {
    throw new Error('No accounts were made.');
  }
  await pool.query(`update users set role = 'admin' where id = $1`, [admin.id]);
  return {
    password,
    admin,
    returning,
    customers: await open(2, customers),
    attackers: await open(3, attackers),
    showtimeIds: await openShows(url, admin, shows),
  };
}

async function register(url: string, password: string, address: string): Promise<Account> {
  const email = `${randomUUID()}@example.com`;
  const body = { email, password };
  const data = await make(url, '/auth/register', { body, address });
  const { id } = data.user as { id: string };
  return { id, email, token: String(data.accessToken), address };
}

async function openShows(url: string, admin: Account, count: number): Promise<string[]> {
  const name = randomUUID();
  const post = (path: string, body: object) => make(url, path, { ...admin, body });
  const theater = await post('/theaters', { name, timezone: 'UTC', rows });
  const movie = await post('/movies', { title: name, genre: 'Drama', durationMinutes: 90 });
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const startTime = new Date(Date.now() + 7 * 86_400_000 + index * 10_800_000).toISOString();
    const common = { movieId: movie.id, theaterId: theater.id, price: '10.00' };
    const show = await post('/showtimes', { ...common, startTime });
    ids.push(String(show.id));
  }
  return ids;
}

async function make(
  url: string,
  path: string,
  asked: { body: object; token?: string; address: string },
): Promise<Record<string, unknown>> {
  const { body, token, address } = asked;
  const reply = await exchange(url, { method: 'POST', path, body, token, address });
  if (reply.status >= 300) {
    throw new Error(`${path}: ${reply.text}`);
  }
  return reply.data;
}
