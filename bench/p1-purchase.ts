import { setTimeout as delay } from 'node:timers/promises';
import { atLeast } from './bench.ts';
import type { Bench, Finding } from './bench.ts';
import { alternate, applyLoad, median, ratio } from './load.ts';
import type { Load, Measured } from './load.ts';
import type { Server } from './servers.ts';
import { assertSound, countSold, freeSeats } from './stage.ts';
import type { Sale, Stage, User } from './stage.ts';
import { bare, raw, rest, trpc } from './surfaces.ts';
import type { Booking, Purchase } from './surfaces.ts';

const connections = 32;
/** Seats a second of the best public program that was run for the specification. */
const bestPublic = 852;

/** Lock two seats, confirm two seats, distinct ones each time. */
export async function measurePurchases(bench: Bench): Promise<Finding> {
  const { stage, options } = bench;
  await freeSeats(stage);
  const variant = (name: string, server: Server, booking: Booking) => ({
    name,
    run: (seconds: number) => purchaseRound(stage, { server, booking, seconds }),
  });
  const rounds = await alternate(
    [
      variant('product REST', bench.product, rest),
      variant('product tRPC', bench.product, trpc),
      variant('raw', bench.raw, raw),
      variant('bare', bench.bare, bare),
    ],
    options,
  );
  const rates = rounds['product REST']?.map((round) => round.requestsPerSecond) ?? [];
  const seats = median(rates);
  return {
    target: 'P1',
    title: 'lock 2 + confirm 2 distinct seats',
    rounds,
    verdicts: [
      atLeast('REST of raw', ratio(rounds, 'product REST', 'raw'), 0.6),
      atLeast('tRPC of raw', ratio(rounds, 'product tRPC', 'raw'), 0.4),
      atLeast('REST of bare', ratio(rounds, 'product REST', 'bare'), 0.4),
      atLeast('tRPC of bare', ratio(rounds, 'product tRPC', 'bare'), 0.25),
      atLeast('REST, seats/s of the best public program', seats / bestPublic, 2),
    ],
    notes: [
      `Two requests are two seats, so requests/s are seats/s. The ${bestPublic} seats/s of the ` +
        'best public program were measured for the specification on another day, not here.',
    ],
  };
}

interface Round {
  server: Server;
  booking: Booking;
  seconds: number;
}

/** One round, then: nothing refused, nothing sold that was not acknowledged, nothing oversold. */
export async function purchaseRound(stage: Stage, round: Round): Promise<Measured> {
  const buyers = new Buyers(stage, stage.sales, round.booking);
  const measured = await applyLoad(buyers.load(round));
  // What was under way when the generator hung up.
  await delay(300);
  await assertSold(stage, { server: round.server, measured, confirmed: buyers.confirmed });
  await assertSound(stage);
  await freeSeats(stage);
  return measured;
}

/** Buys and buys: each connection as its own users in turn, all from one supply of pairs. */
export class Buyers {
  /** Purchases that were acknowledged. */
  confirmed = 0;
  readonly #users: User[];
  readonly #sales: Sale[];
  readonly #booking: Booking;
  #sold = 0;

  constructor({ users }: Stage, sales: Sale[], booking: Booking) {
    this.#users = users;
    this.#sales = sales;
    this.#booking = booking;
  }

  load({ server, seconds }: { server: Server; seconds: number }): Load {
    return { server, connections, seconds, client: (index) => this.#client(index) };
  }

  #client(connection: number) {
    let step: 'lock' | 'confirm' = 'confirm';
    let round = 0;
    let purchase = this.#next(connection, round);
    return {
      next: () => {
        step = step === 'lock' ? 'confirm' : 'lock';
        if (step === 'lock') {
          purchase = this.#next(connection, (round += 1));
        }
        return this.#booking[step](purchase);
      },
      onAnswer: (status: number) => {
        this.confirmed += status === 201 || status === 200 ? Number(step === 'confirm') : 0;
      },
    };
  }

  /** The next pair, spread over all showtimes on sale. */
  #next(connection: number, round: number): Purchase {
    const [users, sales] = [this.#users, this.#sales];
    const own = users.length / connections;
    const user = users[connection + connections * (round % own)];
    const sale = sales[this.#sold % sales.length];
    const pair = Math.floor(this.#sold / sales.length) * 2;
    this.#sold += 1;
    if (!user || !sale || pair + 2 > sale.seatIds.length) {
      throw new Error('There are not enough seats on sale for a round of this length.');
    }
    return { user, showtimeId: sale.showtimeId, seatIds: sale.seatIds.slice(pair, pair + 2) };
  }
}

/** @throws Error when a free seat was refused, or answers and database disagree */
export async function assertSold(
  stage: Stage,
  { server, measured, confirmed }: { server: Server; measured: Measured; confirmed: number },
): Promise<void> {
  const refused = Object.keys(measured.statuses).filter((status) => !status.startsWith('2'));
  if (refused.length > 0 || measured.errors > 0) {
    const found = `${JSON.stringify(measured.statuses)}, ${measured.errors} errors`;
    throw new Error(`${server.name} refused purchases of free seats: ${found}`);
  }
  const sold = (await countSold(stage))[server.name === 'bare' ? 'bare' : 'product'] / 2;
  if (sold < confirmed || sold > confirmed + connections) {
    throw new Error(`${server.name} acknowledged ${confirmed} purchases and sold ${sold}.`);
  }
}
