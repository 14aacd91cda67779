import { randomUUID } from 'node:crypto';
import { exchange } from '../races/exchange.ts';
import type { Reply } from '../races/exchange.ts';
import { openPool } from '../races/processes.ts';
import type { Json } from '../rest/document.ts';
import type { Actor } from './requests.ts';

const password = 'a-long-password';

interface Account {
  id: string;
  email: string;
  token: string;
}

/** The things that requests are about, and the people who send them. */
export class World {
  readonly #url: string;
  readonly #pool: ReturnType<typeof openPool>;
  readonly #ids = new Map<string, string[]>();
  readonly #accounts = new Map<Actor, Account>();

  constructor(url: string, databaseUrl: string) {
    this.#url = url;
    this.#pool = openPool(databaseUrl);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  tokenOf(actor: Actor): string | undefined {
    return this.#accounts.get(actor)?.token;
  }

  /** Puts ids that exist in the places that ask for one. */
  fill(text: string): string {
    return text.replace(/@(\w+):(\d+)/g, (_match, kind: string, number: string) => {
      const ids = this.#ids.get(kind) ?? [];
      return ids[Number(number) % ids.length] ?? randomUUID();
    });
  }

  /** Signs in again who was signed out. */
  async signIn(): Promise<void> {
    await Promise.all((['user', 'admin', 'stranger'] as const).map((each) => this.#signIn(each)));
  }

  /** Replaces what was deleted or sold out. */
  async tend(): Promise<void> {
    const movie = await this.#create('/movies', {
      title: randomUUID(),
      genre: 'Drama',
      durationMinutes: 90,
    });
    const theater = await this.#create('/theaters', {
      name: randomUUID(),
      timezone: 'Europe/Paris',
      rows: [
        { label: 'A', seats: 8 },
        { label: 'B', seats: 4, seatType: 'vip' },
      ],
    });
    const showtime = await this.#create('/showtimes', {
      movieId: movie.id,
      theaterId: theater.id,
      startTime: '2036-12-05T19:30:00Z',
      price: '10.00',
    });
    const seatIds = (theater.seats as Json[]).map(({ id }) => String(id));
    await this.#book(String(showtime.id), seatIds);
    this.#keep('movie', [movie.id]);
    this.#keep('theater', [theater.id]);
    // Few shows and seats, and those that are locked twice, or seat and show would seldom fit.
    this.#keep('showtime', [showtime.id], 2);
    this.#keep('seat', [...seatIds.slice(1, 3), ...seatIds], 14);
    this.#keep('user', [(await this.#register()).id]);
  }

  async #book(showtimeId: string, seatIds: string[]): Promise<void> {
    const token = this.tokenOf('user');
    const lock = { seatIds: seatIds.slice(0, 3) };
    await this.#post(`/showtimes/${showtimeId}/lock-seats`, lock, token);
    const bought = { showtimeId, seatIds: seatIds.slice(0, 1) };
    const { data } = await this.#post('/reservations', bought, token);
    this.#keep('reservation', [data.id]);
  }

  /** Names of things that are gone are forgotten in time. */
  #keep(kind: string, ids: unknown[], most = 6): void {
    this.#ids.set(kind, [...ids.map(String), ...(this.#ids.get(kind) ?? [])].slice(0, most));
  }

  async #signIn(actor: Actor): Promise<void> {
    const token = this.tokenOf(actor);
    const reply = await exchange(this.#url, { method: 'GET', path: '/auth/me', token });
    const isWell = reply.status === 200 && (actor !== 'admin' || reply.data.role === 'admin');
    if (!isWell) {
      const account = await this.#register();
      this.#accounts.set(actor, account);
      if (actor === 'admin') {
        await this.#pool.query(`update users set role = 'admin' where id = $1`, [account.id]);
      }
    }
  }

  async #register(): Promise<Account> {
    const email = `${randomUUID()}@example.com`;
    const { data } = await this.#post('/auth/register', { email, password });
    return { id: String((data.user as Json).id), email, token: String(data.accessToken) };
  }

  async #create(path: string, body: object): Promise<Json> {
    return (await this.#post(path, body, this.tokenOf('admin'))).data;
  }

  async #post(path: string, body: object, token?: string): Promise<Reply> {
    const reply = await exchange(this.#url, { method: 'POST', path, token, body });
    if (reply.status !== 201) {
      throw new Error(`${path}: ${reply.text}`);
    }
    return reply;
  }
}
