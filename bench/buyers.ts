import { setTimeout as delay } from 'node:timers/promises';
import { applyLoad } from './load.ts';
import type { Call, Load, Measured } from './load.ts';
import type { Server } from './servers.ts';
import { assertSound, countSold, freeSeats } from './stage.ts';
import type { Sale, Stage, User } from './stage.ts';
import type { Booking, Purchase } from './surfaces.ts';

interface Round {
  server: Server;
  booking: Booking;
  seconds: number;
  /** 32 if not given. */
  connections?: number;
}

/** One round, then: nothing refused, nothing sold that was not acknowledged, nothing oversold. */
export async function purchaseRound(stage: Stage, round: Round): Promise<Measured> {
  const { server, booking } = round;
  const buyers = new Buyers(stage, stage.sales, booking);
  const measured = await applyLoad(buyers.load(round));
  await settle(stage, server);
  await assertSold(stage, { server, measured, buyers });
  await assertSound(stage);
  await freeSeats(stage);
  const seats = booking.sellsAtLock ? measured.answers : buyers.confirmed * 2;
  return { ...measured, seatsPerSecond: seats / measured.seconds };
}

/** Waits for the requests that were under way when the generator hung up. */
async function settle(stage: Stage, server: Server): Promise<void> {
  let before = -1;
  for (let sold = 0; sold !== before; sold = await countSold(stage, server.name)) {
    before = sold;
    await delay(300);
  }
}

/** Buys and buys: each connection as its own users in turn, all from one supply of pairs. */
export class Buyers {
  /** Purchases that were acknowledged. */
  confirmed = 0;
  connections = 32;
  readonly #users: User[];
  readonly #sales: Sale[];
  readonly #booking: Booking;
  #sold = 0;

  constructor({ users }: Stage, sales: Sale[], booking: Booking) {
    this.#users = users;
    this.#sales = sales;
    this.#booking = booking;
  }

  load({ server, seconds, connections = 32 }: Omit<Round, 'booking'>): Load {
    this.connections = connections;
    return { server, connections, seconds, client: (index) => this.#client(index) };
  }

  #client(connection: number) {
    const own = this.#users.filter((_, index) => index % this.connections === connection);
    let step: 'lock' | 'confirm' = 'confirm';
    let round = 0;
    let purchase: Purchase | undefined;
    return {
      next: (): Call => {
        step = step === 'lock' ? 'confirm' : 'lock';
        if (step === 'lock' || !purchase) {
          purchase = this.#next(own[(round += 1) % own.length]);
        }
        return this.#booking[step](purchase);
      },
      onAnswer: (status: number) => {
        this.confirmed += status === 201 || status === 200 ? Number(step === 'confirm') : 0;
      },
    };
  }

  /** The next pair, spread over all showtimes on sale. */
  #next(user: User | undefined): Purchase {
    const sales = this.#sales;
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
  { server, measured, buyers }: { server: Server; measured: Measured; buyers: Buyers },
): Promise<void> {
  const refused = Object.keys(measured.statuses).filter((status) => !status.startsWith('2'));
  if (refused.length > 0 || measured.errors > 0) {
    const found = `${JSON.stringify(measured.statuses)}, ${measured.errors} errors`;
    throw new Error(`${server.name} refused purchases of free seats: ${found}`);
  }
  const { confirmed, connections } = buyers;
  const sold = (await countSold(stage, server.name)) / 2;
  if (sold < confirmed || sold > confirmed + connections) {
    throw new Error(`${server.name} acknowledged ${confirmed} purchases and sold ${sold}.`);
  }
}
