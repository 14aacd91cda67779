/*
 * People who watch seats, in a process of their own so that the generator of bookings does not slow
 * them down: opens the subscription many times, changes seats through the REST surface at a steady
 * rate, and measures how long each change takes to each viewer. Told what to do over the channel.
 */
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sale, User } from './stage.ts';
import { addressOf, query } from './surfaces.ts';

/** What the parent asks for. */
export type Order =
  | { order: 'open'; url: string; sales: Sale[]; viewers: number }
  | ({ order: 'change'; url: string; sales: Sale[] } & Rate)
  | { order: 'close' };

interface Rate {
  users: User[];
  perSecond: number;
  seconds: number;
}

/** How the changes arrived. Milliseconds from the sending of the request that made the change. */
export interface Delays {
  changes: number;
  /** Changes times the viewers of their showtime. */
  expected: number;
  missed: number;
  p50: number;
  p99: number;
  max: number;
  /** Requests for a change that were not answered with a success. */
  refused: number;
}

interface Change {
  sentAt: number;
  viewers: number;
  seen: number;
}

let sockets: Socket[] = [];
let viewersOf = new Map<string, number>();
const changes = new Map<string, Change>();
let delays: number[] = [];

process.on('message', (order: Order) => {
  void obey(order).then((answer) => process.send?.(answer ?? { done: order.order }));
});
process.once('disconnect', () => process.exit(0));

async function obey(order: Order): Promise<Delays | undefined> {
  if (order.order === 'open') {
    await openAll(order);
    return undefined;
  }
  if (order.order === 'change') {
    return changeSeats(order);
  }
  for (const socket of sockets) {
    socket.destroy();
  }
  sockets = [];
  viewersOf = new Map();
  return undefined;
}

/** Comes back when every viewer has the first snapshot. */
async function openAll({ url, sales, viewers }: Extract<Order, { order: 'open' }>): Promise<void> {
  const address = new URL(url);
  for (let first = 0; first < viewers; first += 100) {
    const some = Array.from({ length: Math.min(100, viewers - first) }, (_, index) => {
      const { showtimeId = '' } = sales[(first + index) % sales.length] ?? {};
      viewersOf.set(showtimeId, (viewersOf.get(showtimeId) ?? 0) + 1);
      return openOne(address, showtimeId, first + index);
    });
    await Promise.all(some);
  }
}

async function openOne(
  { hostname, port, host }: URL,
  showtimeId: string,
  viewer: number,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(Number(port), hostname);
  const { path } = query('showtimes.onSeatsChanged', { showtimeId });
  const head = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    `X-Forwarded-For: ${addressOf(viewer)}`,
    'Accept: text/event-stream',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  let rest = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data: {')) {
        take(line);
        resolve();
      }
    }
  });
  socket.once('error', reject);
  socket.once('close', () => reject(new Error('A viewer was cut off.')));
  sockets.push(socket);
  await promise;
}

interface SeatsEvent {
  json?: { type?: string; seats?: { id: string; status: string }[] };
}

function take(line: string): void {
  const { json } = JSON.parse(line.slice('data: '.length)) as SeatsEvent;
  if (json?.type !== 'change') {
    return;
  }
  const now = performance.now();
  for (const { id, status } of json.seats ?? []) {
    const change = changes.get(`${id} ${status}`);
    if (change) {
      change.seen += 1;
      delays.push(now - change.sentAt);
    }
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
/** A seat stays locked this long: longer than any two looks of a server at its map. */
const heldMs = 2_000;

/** Locks and frees seats at a steady rate, then waits for the last to arrive. */
async function changeSeats(order: Extract<Order, { order: 'change' }>): Promise<Delays> {
  const { sales, users, perSecond, seconds } = order;
  changes.clear();
  delays = [];
  let refused = 0;
  const locks = Math.floor((perSecond / 2) * seconds);
  const began = performance.now();
  const all = Array.from({ length: locks }, async (_, index) => {
    const sale = sales[index % sales.length];
    const user = users[index % users.length];
    const seatId = sale?.seatIds[Math.floor(index / sales.length) % sale.seatIds.length];
    if (!sale || !user || seatId === undefined) {
      throw new Error('There are no seats to change.');
    }
    await delay(Math.max(0, began + (index * 2_000) / perSecond - performance.now()));
    const path = `/api/v1/showtimes/${sale.showtimeId}/lock-seats`;
    const viewers = viewersOf.get(sale.showtimeId) ?? 0;
    const body = JSON.stringify({ seatIds: [seatId] });
    changes.set(`${seatId} locked`, { sentAt: performance.now(), viewers, seen: 0 });
    refused += (await send({ url: order.url, method: 'POST', path, user, body })) === 201 ? 0 : 1;
    await delay(heldMs);
    changes.set(`${seatId} available`, { sentAt: performance.now(), viewers, seen: 0 });
    const free = { url: order.url, method: 'DELETE', path: `${path}?seatIds=${seatId}`, user };
    refused += (await send(free)) === 200 ? 0 : 1;
  });
  await Promise.all(all);
  await delay(3_000);
  return { ...summary(), refused };
}

function summary(): Omit<Delays, 'refused'> {
  const expected = [...changes.values()].reduce((sum, each) => sum + each.viewers, 0);
  const missed = [...changes.values()].reduce((sum, each) => sum + each.viewers - each.seen, 0);
  const sorted = [...delays, ...Array.from({ length: missed }, () => Infinity)].toSorted(
    (a, b) => a - b,
  );
  const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0);
  return { changes: changes.size, expected, missed, p50: at(0.5), p99: at(0.99), max: at(1) };
}

interface Sent {
  url: string;
  method: string;
  path: string;
  user: User;
  body?: string;
}

function send({ url, method, path, user, body }: Sent): Promise<number> {
  const headers = {
    authorization: `Bearer ${user.token}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const { promise, resolve } = Promise.withResolvers<number>();
  const sent = request(`${url}${path}`, { method, agent, headers }, (response) => {
    response.resume().once('end', () => resolve(response.statusCode ?? 0));
  });
  sent.once('error', () => resolve(0));
  sent.end(body);
  return promise;
}
