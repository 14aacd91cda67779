import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve as resolvePath } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import type { Answer, Call, Entry, Seen } from './history.ts';

/*
 * Real servers as child processes, and customers in front of them who note down what they ask and
 * what they are told, for `history.ts`. Used by `faults.test.ts` and by `scripts/torture.ts`, which
 * does not run under vitest: nothing here knows of it.
 */

const main = resolvePath(import.meta.dirname, '../../src/main.ts');

/** The secret of the servers and of the products that tests make in their own process. */
const jwtSecret = 'only-for-tests-'.repeat(3);

/** A start takes about 1.5 s of one free core; the suite runs beside others on two. */
const startWithinMs = 60_000;

/** A server in a process of its own, on a free port of 127.0.0.1. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** The end of what it wrote to stderr: its log. */
  output(): string;
  isRunning(): boolean;
  /** SIGKILL: what a lost machine looks like from outside. */
  kill(): Promise<void>;
  /** SIGTERM. @returns the exit code */
  stop(): Promise<number | null>;
}

export interface ServerOptions {
  databaseUrl: string;
  jobs?: boolean;
  /** Further variables, such as `SEAT_LOCK_TTL_MINUTES`. */
  env?: Record<string, string>;
}

/** Starts a server and waits until it says where it is. */
export async function startServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const dir = await mkdtemp(join(tmpdir(), 'matinee-server-'));
  const child = spawn(process.execPath, ['--conditions=@matinee/source', main], {
    env: environmentOf(options, dir),
    // With the channel a server ends when this process does, however that comes about.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const exited = once(child, 'exit')
    .catch(() => {})
    .then(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  const output = collect(child);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (isRunning()) {
      child.kill(signal);
    }
    await exited;
    return child.exitCode;
  };
  const url = await addressOf(child, output).catch(async (error: unknown) => {
    await end('SIGKILL');
    throw error;
  });
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output.stderr(),
    isRunning,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

function environmentOf({ databaseUrl, jobs, env }: ServerOptions, dir: string) {
  return {
    PATH: process.env.PATH,
    ENVIRONMENT: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: databaseUrl,
    DATA_DIR: dir,
    UPLOAD_DIR: join(dir, 'uploads'),
    JWT_SECRET_KEY: jwtSecret,
    LOG_LEVEL: 'warn',
    RATE_LIMIT: 'off',
    JOBS: jobs ? 'on' : 'off',
    ...env,
  };
}

interface Output {
  stdout(): string;
  stderr(): string;
}

/** Reads both streams to the end, or a full pipe would stop the server; keeps the last of it. */
function collect(child: ChildProcess): Output {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] = (texts[name] + chunk).slice(-20_000);
    });
  }
  return { stdout: () => texts.stdout, stderr: () => texts.stderr };
}

async function addressOf(child: ChildProcess, output: Output): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const fail = (why: string) => reject(new Error(`The server ${why}:\n${output.stderr()}`));
  const timer = setTimeout(() => fail('did not start in time'), startWithinMs);
  child.once('error', (error) => fail(`cannot be started: ${error.message}`));
  child.once('exit', () => fail('ended while it was starting'));
  child.stdout?.on('data', () => {
    const [, url] = /serving at (http:\/\/\S+)/.exec(output.stdout()) ?? [];
    if (url !== undefined) {
      resolve(url);
    }
  });
  return promise.finally(() => clearTimeout(timer));
}

/** A pool for looking into the database from outside; a lost connection is made anew. */
export function openPool(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: 4, application_name: 'races' });
  pool.on('error', () => {});
  return pool;
}

// --- Requests. ---

const agent = new Agent({ keepAlive: true, maxSockets: 512 });

export interface Request {
  method: string;
  path: string;
  token?: string | undefined;
  key?: string | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

export interface Reply {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  data: Record<string, unknown>;
  code: string | undefined;
  details: Record<string, unknown>;
  /** The body as it came. */
  text: string;
}

/** One request over REST. Rejects when the connection breaks before the answer is there. */
export async function exchange(server: string, asked: Request): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
  const headers = {
    ...(asked.token === undefined ? {} : { authorization: `Bearer ${asked.token}` }),
    ...(asked.key === undefined ? {} : { 'idempotency-key': asked.key }),
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
  const { method, signal } = asked;
  const options = { method, headers, agent, ...(signal ? { signal } : {}) };
  const sent = request(`${server}/api/v1${asked.path}`, options, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    response.once('error', reject);
    response.once('close', () => reject(new Error('The answer was cut off')));
    response.once('end', () => {
      const { statusCode: status = 0, complete } = response;
      if (complete) {
        resolve({ status, headers: response.headers, text, ...parse(text) });
      }
    });
  });
  sent.once('error', reject);
  sent.end(body);
  return promise;
}

function parse(text: string): Pick<Reply, 'data' | 'code' | 'details'> {
  const json = (text === '' ? {} : JSON.parse(text)) as {
    data?: Record<string, unknown>;
    error?: { code: string; details: Record<string, unknown> };
  };
  return { data: json.data ?? {}, code: json.error?.code, details: json.error?.details ?? {} };
}

// --- Customers. ---

export interface Account {
  id: string;
  token: string;
}

/** What customers share. */
export interface Market {
  /** The servers' addresses; changes while customers are buying. */
  servers: readonly string[];
  log: Entry[];
  /** The database's clock less `performance.now()`, see `readClockOffset`. */
  clockOffsetMs: number;
  /** How often it was asked, and what was told: `201`, or the code. */
  tally: Record<string, number>;
  /** How long a request is repeated before nobody knows what became of it. */
  patienceMs: number;
  /** Which part of the requests is let go of before the answer, and not repeated. */
  hurried: number;
  /** Is told of every reply. */
  onReply?: (reply: { server: string; status: number; start: number }) => void;
}

export interface Sale {
  showtimeId: string;
  seatIds: readonly string[];
}

/** How far the instants of answers may be off the clients' clock. */
const offsetErrorMs = 50;

/** A server gives up waiting after 5 s for a connection, twice, and after 15 s for a statement. */
const longestCallMs = 30_000;

/** What a killed server had sent to the database, and it had not yet read: on a busy machine, long. */
const stillOnItsWayMs = 5_000;

/** A customer: asks one thing at a time, repeats under the same key until told, notes it all. */
export class Customer {
  readonly account: Account;
  readonly random: () => number;
  readonly #market: Market;

  constructor(market: Market, account: Account, random: () => number = Math.random) {
    this.#market = market;
    this.account = account;
    this.random = random;
  }

  lock({ showtimeId }: Sale, seatIds: readonly string[]): Promise<Answer> {
    const call = { kind: 'lock', user: this.account.id, showtimeId, seatIds } as const;
    const path = `/showtimes/${showtimeId}/lock-seats`;
    return this.#ask(call, { method: 'POST', path, body: { seatIds } });
  }

  extend({ showtimeId }: Sale, seatIds: readonly string[]): Promise<Answer> {
    const call = { kind: 'extend', user: this.account.id, showtimeId, seatIds } as const;
    const path = `/showtimes/${showtimeId}/extend-lock`;
    return this.#ask(call, { method: 'POST', path, body: { seatIds } });
  }

  unlock({ showtimeId }: Sale, seatIds: readonly string[]): Promise<Answer> {
    const call = { kind: 'unlock', user: this.account.id, showtimeId, seatIds } as const;
    const query = seatIds.map((id) => `seatIds=${id}`).join('&');
    const path = `/showtimes/${showtimeId}/lock-seats?${query}`;
    return this.#ask(call, { method: 'DELETE', path });
  }

  confirm({ showtimeId }: Sale, seatIds: readonly string[]): Promise<Answer> {
    const call = { kind: 'confirm', user: this.account.id, showtimeId, seatIds } as const;
    const body = { showtimeId, seatIds };
    return this.#ask(call, { method: 'POST', path: '/reservations', body });
  }

  cancel({ showtimeId }: Sale, bought: Bought): Promise<Answer> {
    const call = { kind: 'cancel', user: this.account.id, showtimeId, ...bought } as const;
    return this.#ask(call, { method: 'DELETE', path: `/reservations/${bought.reservationId}` });
  }

  async #ask(call: Call, asked: Request): Promise<Answer> {
    const { log, patienceMs, hurried } = this.#market;
    const keyed = { ...asked, token: this.account.token, key: randomUUID() };
    const isHurried = this.random() < hurried;
    const deadline = performance.now() + patienceMs;
    let unknownSince: number | undefined;
    this.#count('attempts');
    do {
      const start = performance.now();
      const told = await this.#attempt(call, isHurried ? this.#letGoSoon(keyed) : keyed);
      const end = performance.now();
      if (told !== 'nothing' && told !== 'unknown') {
        log.push(...entriesOf({ call, ...told, start, end }, unknownSince, this.#market));
        return told.answer;
      }
      unknownSince ??= told === 'unknown' ? start : undefined;
      if (isHurried) {
        break;
      }
      await delay(20 + 60 * this.random());
    } while (performance.now() < deadline);
    this.#count('unknown');
    const answer = { outcome: 'unknown' } as const;
    if (unknownSince !== undefined) {
      log.push({ call, answer, start: unknownSince, end: performance.now() + longestCallMs });
    }
    return answer;
  }

  /** One request to one of the servers: an answer, `nothing` had an effect, or that is unknown. */
  async #attempt(call: Call, asked: Request): Promise<Told | 'nothing' | 'unknown'> {
    const { servers } = this.#market;
    const server = servers[Math.floor(this.random() * servers.length)];
    if (server === undefined) {
      return 'nothing';
    }
    this.#count('requests');
    const start = performance.now();
    try {
      const reply = await exchange(server, asked);
      this.#market.onReply?.({ server, status: reply.status, start });
      this.#count(reply.code ?? String(reply.status));
      // The first request with the key may yet succeed or fail; with 5xx it may have succeeded.
      const isOpen = reply.status >= 500 || reply.code === 'IDEMPOTENCY_CONFLICT';
      return isOpen ? 'unknown' : toldBy(call, reply);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      this.#count('broken connections');
      return code === 'ECONNREFUSED' ? 'nothing' : 'unknown';
    }
  }

  #letGoSoon(asked: Request): Request {
    return { ...asked, signal: AbortSignal.timeout(Math.ceil(15 * this.random())) };
  }

  #count(what: string): void {
    const { tally } = this.#market;
    tally[what] = (tally[what] ?? 0) + 1;
  }
}

/** A purchase that was acknowledged. */
export interface Bought {
  reservationId: string;
  seatIds: readonly string[];
}

interface Told {
  answer: Answer;
  /** When it was decided, by the database's clock, where the answer says so. */
  at?: number;
}

/** What a definite reply tells. */
function toldBy(call: Call, { status, code = '', data, details }: Reply): Told {
  if (status >= 300) {
    const named = (details.seats ?? []) as { seatId: string; reason: string }[];
    const seats = Object.fromEntries(named.map(({ seatId, reason }) => [seatId, reason]));
    return { answer: { outcome: 'refused', code, seats } };
  }
  switch (call.kind) {
    case 'lock':
    case 'extend': {
      const at = Date.parse(String(data.now));
      const locked = data.seats as { seatId: string; expiresAt: string }[];
      const left = locked.map(({ seatId, expiresAt }) => [seatId, Date.parse(expiresAt) - at]);
      const leftMs = Object.fromEntries(left) as Record<string, number>;
      return { answer: { outcome: 'ok', leftMs }, at };
    }
    case 'unlock':
      return { answer: { outcome: 'ok', freed: data.seatIds as string[] } };
    case 'confirm': {
      const answer = { outcome: 'ok', reservationId: String(data.id) } as const;
      return { answer, at: Date.parse(String(data.createdAt)) };
    }
    case 'cancel':
      return { answer: { outcome: 'ok' }, at: Date.parse(String(data.cancelledAt)) };
    default:
      return { answer: { outcome: 'ok' } };
  }
}

/**
 * What goes into the log. A success may have come about in any of the requests with its key, and
 * not before the instant that it tells. A refusal speaks of its own request alone: what was asked
 * before with the same key has not come about, or it would have been repeated, and is not under
 * way, or that would have been told. Only what is still on its way may come about.
 */
function entriesOf(
  { at, ...entry }: Entry & Told,
  unknownSince: number | undefined,
  { clockOffsetMs }: Market,
): Entry[] {
  if (unknownSince === undefined) {
    return [entry];
  }
  if (entry.answer.outcome === 'ok') {
    const decided = at === undefined ? 0 : at - clockOffsetMs - offsetErrorMs;
    return [{ ...entry, start: Math.max(unknownSince, Math.min(decided, entry.start)) }];
  }
  const end = entry.end + stillOnItsWayMs;
  return [{ ...entry, answer: { outcome: 'unknown' }, end }, entry];
}

/** Buys, gives back and lets go until it is over; what was bought is mostly cancelled again. */
export async function shop(customer: Customer, sale: Sale, isOver: () => boolean): Promise<void> {
  const bought: Bought[] = [];
  while (!isOver()) {
    const seatIds = someOf(sale.seatIds, customer.random);
    const { outcome } = await customer.lock(sale, seatIds);
    if (outcome === 'ok') {
      const purchase = await decide(customer, sale, seatIds);
      bought.push(...(purchase ? [purchase] : []));
    }
    // Seats have to come back, or all there is to do is to be refused.
    while (bought.length > 1 || (bought.length > 0 && customer.random() < 0.5)) {
      const [oldest] = bought.splice(0, 1);
      if (oldest) {
        await customer.cancel(sale, oldest);
      }
    }
  }
}

/** Locked seats are mostly bought; some are kept longer, given back, or left to expire. */
async function decide(
  customer: Customer,
  sale: Sale,
  seatIds: readonly string[],
): Promise<Bought | undefined> {
  const mood = customer.random();
  if (mood < 0.08) {
    return undefined;
  }
  if (mood < 0.18) {
    await customer.unlock(sale, seatIds);
    return undefined;
  }
  if (mood < 0.3) {
    await customer.extend(sale, seatIds);
  }
  const answer = await customer.confirm(sale, seatIds);
  return answer.outcome === 'ok' && answer.reservationId !== undefined
    ? { reservationId: answer.reservationId, seatIds }
    : undefined;
}

function someOf(seatIds: readonly string[], random: () => number): string[] {
  const rest = [...seatIds];
  const count = Math.min(rest.length, 1 + Math.floor(3 * random() * random()));
  return Array.from({ length: count }, () => {
    const [seat = ''] = rest.splice(Math.floor(random() * rest.length), 1);
    return seat;
  });
}

/** A sequence of numbers from 0 to 1 that a seed decides (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// --- What the database says. ---

/** Places instants of the database on the clock of `performance.now()`. */
export async function readClockOffset(pool: Pool): Promise<number> {
  await pool.query('select 1');
  const before = performance.now();
  const { rows } = await pool.query<{ ms: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
  );
  return (rows[0]?.ms ?? 0) - (before + performance.now()) / 2;
}

interface StockRow {
  id: string;
  reservation_id: string | null;
  buyer: string | null;
  holder: string | null;
}

/** Who has which seat in the end, as an entry for the log. */
export async function takeStock(pool: Pool, { showtimeId, seatIds }: Sale): Promise<Entry> {
  const start = performance.now();
  const { rows } = await pool.query<StockRow>(
    `select s.id, r.id as reservation_id, r.user_id as buyer, c.user_id as holder
     from unnest($2::uuid[]) as s (id)
     left join (reservation_seats rs join reservations r
         on r.id = rs.reservation_id and r.status <> 'cancelled')
       on rs.showtime_id = $1 and rs.seat_id = s.id
     left join seat_claims c on c.showtime_id = $1 and c.seat_id = s.id
       and c.reservation_id is null and c.expires_at > clock_timestamp()`,
    [showtimeId, seatIds],
  );
  const end = performance.now();
  const seen = Object.fromEntries(rows.map((row) => [row.id, seenOf(row)]));
  return {
    call: { kind: 'look', showtimeId, seatIds },
    answer: { outcome: 'ok', seen },
    start,
    end,
  };
}

function seenOf({ reservation_id: reservationId, buyer, holder }: StockRow): Seen {
  if (reservationId !== null && buyer !== null) {
    return { status: 'reserved', user: buyer, reservationId };
  }
  return holder === null ? { status: 'available' } : { status: 'locked', user: holder };
}

/**
 * Purchases and cancellations that were acknowledged and of which the database knows nothing. The
 * history checker finds them too; this is a count that one can follow by hand.
 */
export async function lostAcknowledgements(pool: Pool, log: readonly Entry[]): Promise<string[]> {
  const expected = new Map<string, Set<string>>();
  for (const { call, answer } of log) {
    if (call.kind === 'confirm' && answer.outcome === 'ok') {
      expected.set(answer.reservationId ?? '', new Set(['confirmed']));
    }
  }
  for (const { call, answer } of log) {
    if (call.kind === 'cancel' && answer.outcome !== 'refused') {
      const either = answer.outcome === 'unknown' ? expected.get(call.reservationId) : undefined;
      expected.set(call.reservationId, new Set([...(either ?? []), 'cancelled']));
    }
  }
  const { rows } = await pool.query<{ id: string; status: string }>(
    'select id, status from reservations where id = any($1)',
    [[...expected.keys()]],
  );
  const statuses = new Map(rows.map(({ id, status }) => [id, status]));
  return [...expected].flatMap(([id, allowed]) => {
    const status = statuses.get(id) ?? 'missing';
    return allowed.has(status) ? [] : [`${id} is ${status}, not ${[...allowed].join(' or ')}`];
  });
}

/** Seats that two customers were told they own at the same time, by what they were told alone. */
export function doubleSales(log: readonly Entry[]): string[] {
  const given = new Map<string, number>();
  const taken: { seat: string; from: number; to: number }[] = [];
  for (const { call, answer, start } of log) {
    if (call.kind === 'cancel' && answer.outcome !== 'refused') {
      given.set(call.reservationId, Math.min(start, given.get(call.reservationId) ?? Infinity));
    }
  }
  for (const { call, answer, end } of log) {
    if (call.kind === 'confirm' && answer.outcome === 'ok') {
      const to = given.get(answer.reservationId ?? '') ?? Infinity;
      const seats = call.seatIds.map((id) => `${call.showtimeId} ${id}`);
      taken.push(...seats.map((seat) => ({ seat, from: end, to })));
    }
  }
  const sorted = taken.toSorted((a, b) => a.seat.localeCompare(b.seat) || a.from - b.from);
  return sorted.flatMap((each, index) => {
    const next = sorted[index + 1];
    const isDouble = next !== undefined && next.seat === each.seat && next.from < each.to;
    return isDouble ? [`${each.seat}: sold again at ${next.from.toFixed(1)}`] : [];
  });
}
