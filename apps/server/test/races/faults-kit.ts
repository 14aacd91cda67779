import { randomInt, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { sweep } from '@matinee/api';
import { aShowtime, aUser, createTestApp } from '@matinee/api/testing';
import type { ConfigOverrides, Person, TestApp } from '@matinee/api/testing';
import type { Pool } from 'pg';
import { expect } from 'vitest';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { Customer, expectedOutcomes, randomOf, shop } from './customers.ts';
import type { Market, Sale } from './customers.ts';
import { exchange } from './exchange.ts';
import type { Request } from './exchange.ts';
import { invariantProblems } from './fleet.ts';
import { describeUnexplained, findUnexplained } from './history.ts';
import { openPool, startServerProcess } from './processes.ts';
import type { ServerOptions, ServerProcess } from './processes.ts';
import { doubleSales, lostAcknowledgements, readClockOffset, takeStock } from './stock.ts';

/** Short clocks, so that locks run out while a fault lasts. */
export const short = { ttlMinutes: 0.05, maxMinutes: 0.15, maxSeats: 10 };
export const shortClocks = {
  SEAT_LOCK_TTL_MINUTES: String(short.ttlMinutes),
  SEAT_LOCK_MAX_MINUTES: String(short.maxMinutes),
};
export const rules = { ttlMs: short.ttlMinutes * 60_000, maxMs: short.maxMinutes * 60_000 };

/** Long clocks: no lock runs out during a test, even on a slow machine. */
export const long = { ttlMinutes: 10, maxMinutes: 30, maxSeats: 10 };

/** A small pool; without batches, so that each request takes a connection of its own. */
export const twoConnections = {
  database: { poolSize: 2 },
  batching: false,
};

/** The library that shifts the clock of a process, if the machine has it. */
export const libfaketime = [
  process.env.LIBFAKETIME,
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
].find((file) => file !== undefined && existsSync(file));

/** Decides which moments are hit; a failed run is repeated with its `FAULTS_SEED`. */
export const seed = Number(process.env.FAULTS_SEED ?? randomInt(2 ** 31));
export const random = randomOf(seed);

/** For results that are immediate unless the machine is busy. */
export const patient = { interval: 5, timeout: 60_000 };

const cleanups: (() => Promise<unknown>)[] = [];

/** Registers a cleanup for the end of the test; the last one runs first. */
export function afterTest(cleanup: () => Promise<unknown>): void {
  cleanups.push(cleanup);
}

export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).toReversed()) {
    await cleanup();
  }
}

const tallies: Record<string, number>[] = [];

/** How often customers have attempted something in all tests together. */
export function countAttempts(): number {
  return tallies.reduce((sum, { attempts = 0 }) => sum + attempts, 0);
}

export interface OpenSale extends Sale {
  databaseUrl: string;
  /** Observes from outside: its connections are not cut. */
  pool: Pool;
  /** The servers in this process, if the sale is `served`. */
  servers: TestServer[];
  people: Person[];
  admin: Person;
  market: Market;
}

/**
 * A sale with a database of its own, or one that is there; with two servers in this process if it
 * is `served`, by those clocks.
 */
export async function openSale(
  { seats, people, served }: { seats: number; people: number; served?: typeof short },
  sharedUrl?: string,
): Promise<OpenSale> {
  const servers = served ? await startServersHere(served) : [];
  const here: TestApp = servers[0] ?? (await createTestApp({}, sharedUrl));
  if (!served) {
    afterTest(() => here.close());
  }
  const { admin, showtime, seatIds } = await aShowtime(here.app, { seats });
  const buyers = await Promise.all(Array.from({ length: people }, () => aUser(here.app)));
  const pool = openPool(here.databaseUrl);
  afterTest(() => pool.end());
  const market: Market = {
    servers: servers.map(({ url }) => url),
    log: [],
    clockOffsetMs: await readClockOffset(pool),
    tally: {},
    patienceMs: 60_000,
    hurried: 0,
  };
  tallies.push(market.tally);
  const sale = { showtimeId: showtime.id, seatIds };
  return { ...sale, databaseUrl: here.databaseUrl, pool, servers, people: buyers, admin, market };
}

async function startServersHere(seatLock: typeof short): Promise<TestServer[]> {
  const first = await startServerHere({ seatLock });
  return [first, await startServerHere({ seatLock }, first.databaseUrl)];
}

/** A server in this process, on a database of its own or one that is there. */
export async function startServerHere(
  overrides: ConfigOverrides,
  sharedUrl?: string,
): Promise<TestServer> {
  const server = await startTestServer(overrides, sharedUrl);
  afterTest(() => server.close());
  return server;
}

/** A server in a process of its own, which can be killed. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const server = await startServerProcess(options);
  afterTest(() => server.kill());
  return server;
}

export function serveBy({ market }: OpenSale, servers: readonly { url: string }[]): void {
  market.servers = servers.map(({ url }) => url);
}

interface Work {
  end(): Promise<void>;
}

/** Lets all customers buy until `end` is called; some of them leave before they are answered. */
export function startShopping({ market, people, ...sale }: OpenSale): Work {
  let isOver = false;
  market.hurried = 0.02;
  const shopping = people.map((person, index) =>
    shop(new Customer(market, person, randomOf(seed + 1 + index)), sale, () => isOver),
  );
  return {
    end: async () => {
      isOver = true;
      await Promise.all(shopping);
      market.hurried = 0;
    },
  };
}

/** Sweeps again and again on each server; a sweep that loses its connection is repeated. */
export function startSweeping(servers: readonly TestServer[]): Work {
  const over = new AbortController();
  const sweeping = servers.map(async ({ app }) => {
    while (!over.signal.aborted) {
      await sweep(app).catch(() => {});
    }
  });
  return {
    end: async () => {
      over.abort();
      await Promise.all(sweeping);
    },
  };
}

/** Waits until so many more requests have been answered. */
export async function untilAnswered({ market }: OpenSale, more: number): Promise<void> {
  const answered = () => {
    const { 200: changed = 0, 201: made = 0, SEATS_UNAVAILABLE: refused = 0 } = market.tally;
    return changed + made + refused;
  };
  const goal = answered() + more;
  await expect.poll(answered, patient).toBeGreaterThanOrEqual(goal);
}

/** Everything that is wrong after the customers have stopped. */
export async function problemsOf(sale: OpenSale): Promise<string[]> {
  const { pool, market } = sale;
  const log = [...market.log, await takeStock(pool, sale)];
  const strange = Object.keys(market.tally).filter((code) => !expectedOutcomes.has(code));
  return [
    ...findUnexplained(log, rules).map(describeUnexplained),
    ...doubleSales(log),
    ...(await lostAcknowledgements(pool, log)),
    ...(await invariantProblems(pool)),
    ...strange.map((code) => `An answer that nobody should get: ${code}`),
  ];
}

export function lockRequest({ showtimeId, seatIds }: Sale, person: Person | undefined): Request {
  const path = `/showtimes/${showtimeId}/lock-seats`;
  return { method: 'POST', path, token: person?.token, key: randomUUID(), body: { seatIds } };
}

export function purchaseRequest(
  { showtimeId, seatIds }: Sale,
  person: Person | undefined,
): Request {
  const body = { showtimeId, seatIds };
  return { method: 'POST', path: '/reservations', token: person?.token, key: randomUUID(), body };
}

export async function cancelShow({ market, admin, showtimeId }: OpenSale): Promise<void> {
  const path = `/showtimes/${showtimeId}/cancel`;
  const body = { reason: 'No electricity' };
  const asked = { method: 'POST', path, token: admin.token, body };
  expect((await exchange(market.servers[0] ?? '', asked)).status).toBe(200);
}
