import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { exchange } from '../apps/server/test/races/exchange.ts';
import type { Reply, Request } from '../apps/server/test/races/exchange.ts';
import type { Line } from './acknowledgements.ts';
import type { Accounts, Sale } from './scene.ts';

/* Customers who buy, and people of the house who read. */

export type Call = 'lock' | 'confirm' | 'read' | 'cancel' | 'list' | 'report';

/** One request as its sender saw it. Instants and durations are in milliseconds. */
export interface Attempt {
  call: Call;
  at: number;
  ms: number;
  /** 0: the connection broke, or nothing came within 30 s. */
  status: number;
  code: string;
  retryAfter: boolean;
  /** Who answered. */
  by: 'server' | 'proxy' | 'nobody';
}

interface CrowdOptions {
  url: string;
  accounts: Accounts;
  sales: readonly Sale[];
  /** The file of acknowledgements. */
  file: string;
  /** The pause between two bookings of a customer, on average. */
  thinkMs: number;
}

/** Most customers who are told to wait ask again after as long. */
const againMs = 500;
const answerWithinMs = 30_000;
/** A confirmation is repeated with its key for as long, also after the end of the run. */
const patienceMs = 60_000;
const cancelled = 0.6;

export class Crowd {
  readonly attempts: Attempt[] = [];
  readonly #options: CrowdOptions;
  readonly #over = new AbortController();
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: CrowdOptions) {
    this.#options = options;
  }

  /** Everybody comes. */
  start(): void {
    const { customers } = this.#options.accounts;
    this.#work = Promise.all(customers.map((token) => this.#shop(token)));
  }

  /** Lists and reports as well, one after the other, by one administrator. */
  startReading(): void {
    this.#work = Promise.all([this.#work, this.#read('list'), this.#read('report')]);
  }

  /** Nobody begins another booking; comes back when the last is answered. */
  async end(): Promise<void> {
    this.#over.abort();
    await this.#work;
  }

  /** The instant of the first booking that was acknowledged after another instant. */
  bookedAfter(instant: number): number | undefined {
    return this.bookings().find((at) => at > instant);
  }

  /** Instants of the acknowledgements, in order. */
  bookings(): number[] {
    return this.attempts
      .filter(({ call, status }) => call === 'confirm' && status === 201)
      .map(({ at, ms }) => at + ms)
      .toSorted((a, b) => a - b);
  }

  async #shop(token: string): Promise<void> {
    const { sales, thinkMs } = this.#options;
    const { signal } = this.#over;
    while (!signal.aborted) {
      const { showtimeId, seatIds: all } = pick(sales);
      const first = Math.floor(Math.random() * (all.length - 1));
      const seatIds = all.slice(first, first + 2);
      const path = `/showtimes/${showtimeId}/lock-seats`;
      const key = crypto.randomUUID();
      const lock = await this.#send('lock', {
        method: 'POST',
        path,
        token,
        key,
        body: { seatIds },
      });
      if (lock?.status === 201) {
        await this.#confirm(token, { showtimeId, seatIds });
      }
      await delay(thinkMs * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
    }
  }

  async #confirm(token: string, body: Sale): Promise<void> {
    const key = crypto.randomUUID();
    const request = { method: 'POST', path: '/reservations', token, key, body };
    const until = Date.now() + patienceMs;
    let reply = await this.#send('confirm', request);
    while (isOpen(reply) && Date.now() < until) {
      await delay(againMs);
      reply = await this.#send('confirm', request);
    }
    if (reply?.status !== 201) {
      return;
    }
    const id = String(reply.data.id);
    this.#write({ op: 'confirmed', id, ...body });
    const path = `/reservations/${id}`;
    await this.#send('read', { method: 'GET', path, token });
    if (Math.random() < cancelled) {
      this.#write({ op: 'cancelling', id });
      const cancel = { method: 'DELETE', path, token, key: crypto.randomUUID() };
      if ((await this.#send('cancel', cancel))?.status === 200) {
        this.#write({ op: 'cancelled', id });
      }
    }
  }

  async #read(call: 'list' | 'report'): Promise<void> {
    const { admin: token } = this.#options.accounts;
    const path = call === 'list' ? '/showtimes?limit=20' : '/admin/reports/revenue';
    while (!this.#over.signal.aborted) {
      await this.#send(call, { method: 'GET', path, token });
      await delay(100);
    }
  }

  /** @returns undefined when no answer came */
  async #send(call: Call, request: Request): Promise<Reply | undefined> {
    const [at, began] = [Date.now(), performance.now()];
    const note = (seen: Pick<Attempt, 'status' | 'code' | 'retryAfter' | 'by'>) =>
      this.attempts.push({ call, at, ms: performance.now() - began, ...seen });
    try {
      const signal = AbortSignal.timeout(answerWithinMs);
      const reply = await exchange(this.#options.url, { ...request, signal });
      const { status, headers, code = '' } = reply;
      const by = headers['x-request-id'] === undefined ? 'proxy' : 'server';
      note({ status, code, by, retryAfter: headers['retry-after'] !== undefined });
      return reply;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      note({ status: 0, code, by: 'nobody', retryAfter: false });
      return undefined;
    }
  }

  #write(line: Line): void {
    appendFileSync(this.#options.file, `${JSON.stringify(line)}\n`);
  }
}

/** No answer, a failure, or the same key is still at work: whether it was booked is not known. */
function isOpen(reply: Reply | undefined): boolean {
  return reply === undefined || reply.status >= 500 || reply.code === 'IDEMPOTENCY_CONFLICT';
}

function pick<T>(all: readonly T[]): T {
  const found = all[Math.floor(Math.random() * all.length)];
  if (found === undefined) {
    throw new Error('There is nothing to pick.');
  }
  return found;
}
