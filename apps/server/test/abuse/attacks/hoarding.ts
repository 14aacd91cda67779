import { randomUUID } from 'node:crypto';
import { newTally } from '../attack.ts';
import type { Attack, Target } from '../attack.ts';
import { flood, headersOf, Sender, share } from '../sender.ts';
import type { Received } from '../sender.ts';

/** Seats that one address may lock in a showtime, with accounts younger than a day. */
const perAddress = 40;
/** Accounts that one address may make in an hour. */
const mostAccounts = 30;
/** Seats of one lock. */
const perLock = 10;

/** Accounts that are made to lock all seats of a showtime. */
export const hoarding: Attack = {
  name: 'hoarding',
  items: 'API6, V2.4.1',
  does:
    'From one address, makes up to 50 accounts, four at a time, each of which locks 10 free seats ' +
    'of the showtime in which the honest customers buy.',
  wanted:
    'One address locks at most 40 seats of a showtime, and makes at most 30 accounts an hour.',
  letThrough: ({ figures: { accounts = 0, 'seats locked': seats = 0 } }) =>
    seats <= perAddress && accounts <= mostAccounts
      ? undefined
      : `one address locked ${seats} seats with ${accounts} accounts`,
  run: async (target) => {
    const tally = newTally();
    const sender = new Sender(target, tally, 4);
    const figures = { accounts: 0, 'seats locked': 0 };
    tally.figures = figures;
    let left = share(target, 50);
    await flood(target, 4, async () => {
      left -= 1;
      const token = left >= 0 ? await register(sender) : undefined;
      if (token === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        return;
      }
      figures.accounts += 1;
      const locked = await lock(target, sender, token);
      figures['seats locked'] += locked;
    });
    sender.close();
    return tally;
  },
};

const address = '10.6.0.1';

async function register(sender: Sender): Promise<string | undefined> {
  const body = { email: `${randomUUID()}@example.com`, password: randomUUID() };
  const path = '/api/v1/auth/register';
  const received = await sender.send({
    method: 'POST',
    path,
    headers: headersOf({ address }),
    body,
  });
  const { accessToken } = dataOf<{ accessToken?: string }>(received);
  return accessToken;
}

/** @returns how many seats were locked */
async function lock({ scene }: Target, sender: Sender, token: string): Promise<number> {
  const headers = headersOf({ token, address });
  const path = `/api/v1/showtimes/${scene.showtimeIds[0]}`;
  const map = await sender.send({ method: 'GET', path: `${path}/seats`, headers });
  const { seats = [] } = dataOf<{ seats?: { id: string; status: string }[] }>(map);
  const free = seats.filter(({ status }) => status === 'available').map(({ id }) => id);
  const first = Math.floor(Math.random() * Math.max(1, free.length - perLock));
  const seatIds = free.slice(first, first + perLock);
  if (seatIds.length === 0) {
    return 0;
  }
  const body = { seatIds };
  const { status } = await sender.send({
    method: 'POST',
    path: `${path}/lock-seats`,
    headers,
    body,
  });
  return status < 300 ? seatIds.length : 0;
}

function dataOf<Data extends object>({ status, text }: Received): Partial<Data> {
  return status >= 200 && status < 300 ? (JSON.parse(text) as { data: Data }).data : {};
}
