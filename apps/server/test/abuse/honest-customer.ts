import { setTimeout as delay } from 'node:timers/promises';
import { exchange } from '../races/exchange.ts';
import type { Reply, Request } from '../races/exchange.ts';
import type { Account, Scene } from './scene.ts';

/*
 * Customers who want something at a steady low rate: each begins a step every 200 ms, and one more
 * signs in every 500 ms. A step that is late because the step before took long counts from the
 * instant at which it was due, so a server that stands still is felt in all the steps it delays.
 */

const stepMs = 200;
const signInMs = 500;
const healthMs = 100;

/** Milliseconds of all steps that were served, and why others were not. */
export interface Served {
  steps: number[];
  signIns: number[];
  /** Of `/health/live`. */
  health: number[];
  /** Requests without a success: their status or the broken connection, and how often. */
  refused: Record<string, number>;
}

/** What came of a step; undefined if the connection broke. */
type Outcome = { status: number } | 'no free seat' | 'nothing to do' | undefined;

interface Work {
  url: string;
  scene: Scene;
  /** Aborted when the customers are to go home. */
  over: AbortSignal;
}

/** Customers at work until it is over; ends when the last request has its response. */
export async function serveCustomers(work: Work): Promise<Served> {
  const served: Served = { steps: [], signIns: [], health: [], refused: {} };
  const customers = work.scene.customers.map((account, index) =>
    new HonestCustomer(work, account, index).shop(served),
  );
  await Promise.all([...customers, signIn(work, served), askForHealth(work, served)]);
  return served;
}

class HonestCustomer {
  readonly #work: Work;
  readonly #account: Account;
  readonly #index: number;
  #seatIds: string[] = [];

  constructor(work: Work, account: Account, index: number) {
    this.#work = work;
    this.#account = account;
    this.#index = index;
  }

  /** Lists, map, lock, and then back or booked and cancelled. */
  async shop({ steps, refused }: Served): Promise<void> {
    const round = [this.#movies, this.#shows, this.#map, this.#lock, this.#giveBack];
    const purchase = [this.#map, this.#lock, this.#buy];
    const journey = [...round, ...purchase];
    await repeat(this.#work.over, stepMs, async (due, count) => {
      const step = journey[count % journey.length] ?? this.#movies;
      note(await step(), due, { times: steps, refused });
    });
  }

  readonly #movies = () => this.#ask({ method: 'GET', path: '/movies?genre=Drama&limit=20' });

  readonly #shows = () => this.#ask({ method: 'GET', path: '/showtimes?limit=20' });

  /** Chooses a free seat; each customer looks at seats of their own, so they never compete. */
  readonly #map = async (): Promise<Outcome> => {
    const reply = await this.#ask({ method: 'GET', path: `/showtimes/${this.#show}/seats` });
    const seats = (reply?.data.seats ?? []) as { id: string; status: string }[];
    const { customers } = this.#work.scene;
    const own = seats.filter((_seat, index) => index % customers.length === this.#index);
    this.#seatIds = own
      .filter(({ status }) => status === 'available')
      .map(({ id }) => id)
      .slice(0, 1);
    return reply?.status === 200 && this.#seatIds.length === 0 ? 'no free seat' : reply;
  };

  /** A seat that somebody else has taken meanwhile is no failure: the customer chooses another. */
  readonly #lock = async (attempts = 5): Promise<Outcome> => {
    if (this.#seatIds.length === 0) {
      return 'nothing to do';
    }
    const path = `/showtimes/${this.#show}/lock-seats`;
    const reply = await this.#ask({ method: 'POST', path, body: { seatIds: this.#seatIds } });
    if (reply?.code !== 'SEATS_UNAVAILABLE' || attempts === 1) {
      return reply;
    }
    const map = await this.#map();
    return map === 'no free seat' ? map : this.#lock(attempts - 1);
  };

  readonly #giveBack = async (): Promise<Outcome> => {
    if (this.#seatIds.length === 0) {
      return 'nothing to do';
    }
    const query = this.#seatIds.map((id) => `seatIds=${id}`).join('&');
    return this.#ask({ method: 'DELETE', path: `/showtimes/${this.#show}/lock-seats?${query}` });
  };

  /** Both requests are one step. */
  readonly #buy = async (): Promise<Outcome> => {
    if (this.#seatIds.length === 0) {
      return 'nothing to do';
    }
    const body = { showtimeId: this.#show, seatIds: this.#seatIds };
    const bought = await this.#ask({ method: 'POST', path: '/reservations', body });
    return bought?.status === 201
      ? this.#ask({ method: 'DELETE', path: `/reservations/${String(bought.data.id)}` })
      : bought;
  };

  get #show(): string {
    return this.#work.scene.showtimeIds[0] ?? '';
  }

  #ask(asked: Request): Promise<Reply | undefined> {
    const { token, address } = this.#account;
    return attempt(this.#work.url, { ...asked, token, address });
  }
}

/** A customer with another account signs in; without failures no limit applies. */
function signIn({ url, scene, over }: Work, { signIns: times, refused }: Served): Promise<void> {
  const { email, address } = scene.returning;
  const body = { email, password: scene.password };
  return repeat(over, signInMs, async (due) => {
    const reply = await attempt(url, { method: 'POST', path: '/auth/login', body, address });
    note(reply, due, { times, refused });
  });
}

function askForHealth({ url, over }: Work, { health: times, refused }: Served): Promise<void> {
  return repeat(over, healthMs, async (due) => {
    const response = await fetch(`${url}/health/live`).catch(() => undefined);
    await response?.arrayBuffer().catch(() => undefined);
    note(response, due, { times, refused });
  });
}

/** Begins `step` every so many milliseconds, or as soon as the step before is done. */
async function repeat(
  over: AbortSignal,
  ms: number,
  step: (due: number, count: number) => Promise<void>,
): Promise<void> {
  let due = performance.now();
  for (let count = 0; !over.aborted; count += 1) {
    await step(due, count);
    due += ms;
    await delay(Math.max(0, due - performance.now()), undefined, { signal: over }).catch(() => {});
  }
}

interface Notes {
  times: number[];
  refused: Record<string, number>;
}

function note(outcome: Outcome, due: number, { times, refused }: Notes): void {
  if (typeof outcome === 'object' && outcome.status < 300) {
    times.push(performance.now() - due);
    return;
  }
  if (outcome === 'nothing to do') {
    return;
  }
  const what = typeof outcome === 'object' ? String(outcome.status) : (outcome ?? 'no response');
  refused[what] = (refused[what] ?? 0) + 1;
}

/** Undefined if the connection breaks. */
function attempt(url: string, asked: Request): Promise<Reply | undefined> {
  return exchange(url, asked).catch(() => undefined);
}
