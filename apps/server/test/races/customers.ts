import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { exchange } from './exchange.ts';
import type { Reply, Request } from './exchange.ts';
import type { Answer, Call, Entry } from './log.ts';

/* Customers who buy, and note down what they ask and what they are told, for `history.ts`. */

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

/** Outcomes that customers may get while things break; anything else is a defect. */
export const expectedOutcomes = new Set([
  'attempts',
  'requests',
  'unknown',
  'broken connections',
  '200',
  '201',
  'SEATS_UNAVAILABLE',
  'LOCK_EXPIRED',
  'LOCK_EXTENSION_LIMIT',
  'SEAT_LIMIT_EXCEEDED',
  'IDEMPOTENCY_CONFLICT',
  'UNAVAILABLE',
]);

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
