import { setTimeout as delay } from 'node:timers/promises';
import { atLeast, atMost } from './bench.ts';
import type { Bench, Finding } from './bench.ts';
import { assertSold, Buyers } from './buyers.ts';
import { alternate, applyLoad, ratio, ratioOf } from './load.ts';
import type { Measured, Rounds, Variant } from './load.ts';
import type { Server } from './servers.ts';
import { assertSound, freeSeats } from './stage.ts';
import type { Sale, Stage, User } from './stage.ts';
import { raw, rest } from './surfaces.ts';
import type { Booking } from './surfaces.ts';

const clients = 200;
const pairs = 100;
/** Connections that buy seats of other shows meanwhile. */
const bystanders = 8;

/** Everybody wants everything: who gets a pair confirms it, and goes on to the next one. */
export async function measureFight(bench: Bench): Promise<Finding> {
  const { stage, options } = bench;
  await freeSeats(stage);
  const winners: number[] = [];
  let turn = 0;
  const variant = (name: string, server: Server, booking: Booking) => ({
    name,
    run: async () => {
      const sale = stage.sales[(turn += 1) % stage.sales.length];
      const fight = new Fight(stage.users, { sale, booking });
      // Each client may ask for every pair, and confirms what it wins.
      const perConnection = options.quick ? pairs / 2 : pairs;
      const load = { server, connections: clients, perConnection };
      const measured = await applyLoad({ ...load, client: (index) => fight.client(index) });
      await delay(300);
      winners.push(await assertWinners(stage, { fight, measured, sale }));
      await assertSound(stage);
      await freeSeats(stage);
      return measured;
    },
  });
  const rounds = await alternate(
    [
      variant('product REST', bench.product, rest),
      variant('raw', bench.raw, raw),
      ...otherShows(bench),
    ],
    options,
  );
  return {
    target: 'P2',
    title: `${clients} clients fight for ${pairs} pairs of one showtime`,
    rounds,
    verdicts: [
      atLeast('fewest winners of a round', Math.min(...winners), pairs),
      atMost('most winners of a round', Math.max(...winners), pairs),
      atLeast('REST of raw', ratio(rounds, 'product REST', 'raw'), 0.8),
      atLeast('rate that others keep', ratio(rounds, others.beside, others.alone), 0.7),
      atMost('p99 of others, times their own', p99Of(rounds, [others.beside, others.alone]), 3),
    ],
    notes: [
      `${winners.length} fights, warm-up included; winners are counted in the answers and in the ` +
        'database, and every other answer is a 409 that names the seats. Others: ' +
        `${bystanders} connections that buy seats of other shows as fast as they can, alone and ` +
        `while ${clients} clients fight on the same server.`,
    ],
  };
}

const others = { alone: 'buyers of other shows, alone', beside: 'the same beside a fight' };

/** What becomes of those who buy seats of other shows, on the same server. */
function otherShows({ stage, product }: Bench): Variant[] {
  const buyElsewhere = async (seconds: number) => {
    // None of them fights: one customer's calls are made one after the other.
    const users = stage.users.slice(0, -clients);
    const buyers = new Buyers({ ...stage, users }, stage.sales.slice(1), rest);
    const load = buyers.load({ server: product, seconds, connections: bystanders });
    return { buyers, measured: await applyLoad(load) };
  };
  return [
    {
      name: others.alone,
      run: async (seconds) => {
        const { buyers, measured } = await buyElsewhere(seconds);
        await delay(300);
        await assertSold(stage, { server: product, measured, buyers });
        await freeSeats(stage);
        return measured;
      },
    },
    {
      name: others.beside,
      run: async (seconds) => {
        const [sale] = stage.sales;
        const fight = new Fight(stage.users.slice(-clients), { sale, booking: rest });
        const client = (index: number) => fight.client(index);
        const [{ measured }] = await Promise.all([
          buyElsewhere(seconds),
          applyLoad({ server: product, connections: clients, seconds, client }),
        ]);
        await delay(300);
        await assertSound(stage);
        await freeSeats(stage);
        return measured;
      },
    },
  ];
}

/** One fight over one showtime. */
class Fight {
  /** Confirmations that were acknowledged. */
  won = 0;
  readonly #users: User[];
  readonly #sale: Sale | undefined;
  readonly #booking: Booking;

  constructor(users: User[], { sale, booking }: { sale: Sale | undefined; booking: Booking }) {
    this.#users = users;
    this.#sale = sale;
    this.#booking = booking;
  }

  /** Asks for the pairs in an order of its own, and confirms whatever it gets. */
  client(index: number) {
    const [user, sale] = [this.#users[index], this.#sale];
    if (!user || !sale) {
      throw new Error('There are not enough users or showtimes for a fight.');
    }
    // Steps that have no factor in common with the number of pairs meet each of them once.
    const step = [1, 3, 7, 9, 11, 13, 17, 19, 21, 23][index % 10] ?? 1;
    let pair = (index * 37) % pairs;
    let isMine = false;
    const wanted = () => sale.seatIds.slice(pair * 2, pair * 2 + 2);
    return {
      next: () => {
        const purchase = () => ({ user, showtimeId: sale.showtimeId, seatIds: wanted() });
        if (isMine) {
          return this.#booking.confirm(purchase());
        }
        pair = (pair + step) % pairs;
        return this.#booking.lock(purchase());
      },
      onAnswer: (status: number) => {
        this.won += isMine && status === 201 ? 1 : 0;
        isMine = !isMine && status === 201;
      },
    };
  }
}

async function assertWinners(
  stage: Stage,
  { fight, measured, sale }: { fight: Fight; measured: Measured; sale: Sale | undefined },
): Promise<number> {
  const { rows } = await stage.pool.query<{ reservations: number; seats: number }>(
    `select (select count(*)::int from reservations where showtime_id = $1) as reservations,
       (select count(*)::int from seat_claims
          where showtime_id = $1 and reservation_id is not null) as seats`,
    [sale?.showtimeId],
  );
  const { reservations = 0, seats = 0 } = rows[0] ?? {};
  const strange = Object.keys(measured.statuses).filter((each) => each !== '201' && each !== '409');
  if (fight.won !== reservations || seats !== reservations * 2 || strange.length > 0) {
    throw new Error(
      `${fight.won} winners by the answers, ${reservations} in the database with ${seats} seats; ` +
        `answers: ${JSON.stringify(measured.statuses)}`,
    );
  }
  return reservations;
}

const p99Of = (rounds: Rounds, pair: [one: string, other: string]) =>
  ratioOf(rounds, pair, ({ p99 }) => p99);
