import { randomUUID } from 'node:crypto';
import { atMost, inUnit } from './bench.ts';
import type { Bench, Finding } from './bench.ts';
import { Buyers } from './buyers.ts';
import { alternate, applyArrivals, applyLoad, assertServed, median } from './load.ts';
import type { Arrivals, Measured } from './load.ts';
import type { Server } from './servers.ts';
import { assertSound, freeSeats } from './stage.ts';
import type { Sale, Stage, User } from './stage.ts';
import { addressOf, rest } from './surfaces.ts';

const scansPerSecond = 50;
/** A busy evening, on two cores that the generators share. */
const buyersBeside = 8;

/** What the doors scan. */
interface Doors {
  gate: User;
  showtimeId: string;
  codes: string[];
}

/** Scans at the doors of a show that is about to begin, alone and beside customers who book. */
export async function measureDoor(bench: Bench): Promise<Finding> {
  const { stage, product } = bench;
  const doors = await openDoors(stage, product);
  const others = stage.sales.filter(({ showtimeId }) => showtimeId !== doors.showtimeId);
  const buyers = new Buyers(stage, others, rest);
  const scan = async (seconds: number) =>
    assertServed(await applyArrivals(scans(product, doors, seconds)));
  const rounds = await alternate(
    [
      { name: 'scans', run: scan },
      {
        name: 'scans beside bookings',
        run: async (seconds) => {
          const load = { server: product, seconds, connections: buyersBeside };
          const [measured, booked] = await Promise.all([
            scan(seconds),
            applyLoad(buyers.load(load)),
          ]);
          assertServed(booked);
          await assertSound(stage);
          return measured;
        },
      },
    ],
    bench.options,
  );
  await stage.pool.query('truncate check_ins');
  await freeSeats(stage);
  const p99 = (name: string) => median((rounds[name] ?? []).map((round: Measured) => round.p99));
  return {
    target: 'P11',
    title: `${scansPerSecond} scans a second at the doors of one show`,
    rounds,
    verdicts: [
      inUnit('ms', atMost('a scan beside bookings, p99', p99('scans beside bookings'), 50)),
    ],
    notes: [
      `${buyersBeside} customers book in other showtimes as fast as they can. Each ticket goes in ` +
        'and out by turns. Scans come at random, the same way in each round; only they are counted.',
    ],
  };
}

/** A show that begins in twenty minutes, with all its seats sold, and a gatekeeper. */
async function openDoors(stage: Stage, product: Server): Promise<Doors> {
  const [sale] = stage.sales;
  const [gate] = stage.users;
  if (!sale || !gate) {
    throw new Error('The stage is empty.');
  }
  await stage.pool.query(
    `update showtimes set start_time = now() + interval '20 minutes',
       end_time = now() + interval '140 minutes', blocked_until = now() + interval '155 minutes'
     where id = $1`,
    [sale.showtimeId],
  );
  await stage.pool.query(`update users set role = 'staff' where id = $1`, [gate.id]);
  await stage.pool.query(
    `insert into site_roles (id, user_id, site_id, role)
     select gen_random_uuid(), $1, site_id, 'manager' from theaters where id = $2`,
    [gate.id, sale.theaterId],
  );
  const codes: string[] = [];
  for (let place = 0; place < sale.seatIds.length; place += 2) {
    codes.push(...(await buyPair(stage, product, { sale, place })));
  }
  return { gate, showtimeId: sale.showtimeId, codes };
}

/** @returns the codes of the tickets */
async function buyPair(
  { users }: Stage,
  product: Server,
  { sale, place }: { sale: Sale; place: number },
): Promise<string[]> {
  const user = users[1 + place / 2] ?? users[1];
  if (!user) {
    throw new Error('There is no one to buy.');
  }
  const seatIds = sale.seatIds.slice(place, place + 2);
  const purchase = { user, showtimeId: sale.showtimeId, seatIds };
  await send(product, rest.lock(purchase));
  const { id } = (await send(product, rest.confirm(purchase))) as { id: string };
  const tickets = await send(product, {
    method: 'GET',
    path: `/api/v1/reservations/${id}/tickets`,
    headers: { authorization: `Bearer ${user.token}` },
  });
  return (tickets as { code: string }[]).map(({ code }) => code);
}

async function send({ url }: Server, call: ReturnType<typeof rest.lock>): Promise<unknown> {
  const { method, path, headers, body = null } = call;
  const response = await fetch(`${url}${path}`, { method, headers, body });
  const answer = (await response.json()) as { success: boolean; data: unknown };
  if (!answer.success) {
    throw new Error(`${path} was answered with ${response.status}.`);
  }
  return answer.data;
}

/** Each ticket in and out by turns. */
function scans(server: Server, { gate, showtimeId, codes }: Doors, seconds: number): Arrivals {
  let scanned = 0;
  const next = () => {
    const code = codes[scanned % codes.length];
    const type = Math.floor(scanned / codes.length) % 2 === 0 ? 'entry' : 'exit';
    scanned += 1;
    return {
      method: 'POST' as const,
      path: '/api/v1/check-ins',
      headers: {
        'x-forwarded-for': addressOf(gate.id),
        authorization: `Bearer ${gate.token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ code, showtimeId, type, deviceId: 'bench', nonce: randomUUID() }),
    };
  };
  return { server, seconds, perSecond: scansPerSecond, next };
}
