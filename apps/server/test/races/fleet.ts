import { aShowtime, aUser, brokenInvariants } from '@matinee/api/testing';
import type { Person, Scene } from '@matinee/api/testing';
import type { Pool } from 'pg';
import { expect } from 'vitest';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import type { Owner } from './sabotage.ts';

/** Two servers on one database, as a load balancer would have them. */
export interface Fleet {
  servers: [TestServer, TestServer];
  pool: Pool;
  owner: Owner;
  close(): Promise<void>;
}

/** What a request was answered. */
export interface Answer {
  status: number;
  code: string | undefined;
  data: Record<string, unknown>;
  details: Record<string, unknown>;
  replayed: boolean;
}

export async function startFleet(seatLock = { ttlMinutes: 10, maxMinutes: 30, maxSeats: 10 }) {
  const first = await startTestServer({ seatLock });
  const second = await startTestServer({ seatLock }, first.databaseUrl);
  const fleet: Fleet = {
    servers: [first, second],
    pool: first.app.pool,
    owner: { query: first.asOwner },
    close: async () => {
      await second.close();
      await first.close();
    },
  };
  return fleet;
}

let turn = 0;

/** Requests that have been sent. */
export function countRequests(): number {
  return turn;
}

/** One request over REST, to the servers in turn. */
export async function send(
  fleet: Fleet,
  person: Person,
  {
    method = 'POST',
    path,
    body,
    key,
  }: { method?: string; path: string; body?: unknown; key?: string },
): Promise<Answer> {
  turn += 1;
  const server = fleet.servers[turn % 2 === 0 ? 0 : 1];
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${person.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json = (await response.json()) as {
    data?: Record<string, unknown>;
    error?: { code: string; details: Record<string, unknown> };
  };
  return {
    status: response.status,
    code: json.error?.code,
    data: json.data ?? {},
    details: json.error?.details ?? {},
    replayed: response.headers.get('idempotency-replayed') === 'true',
  };
}

export const lock = (fleet: Fleet, person: Person, showtimeId: string, seatIds: string[]) =>
  send(fleet, person, { path: `/showtimes/${showtimeId}/lock-seats`, body: { seatIds } });

export const confirm = (
  fleet: Fleet,
  person: Person,
  body: { showtimeId: string; seatIds: string[] },
  key?: string,
) => send(fleet, person, { path: '/reservations', body, ...(key === undefined ? {} : { key }) });

/** A showtime with people in front of it. */
export async function aSale(
  fleet: Fleet,
  { seats, people }: { seats: number; people: number },
): Promise<Scene & { people: Person[]; showtimeId: string }> {
  const { app } = fleet.servers[0];
  const scene = await aShowtime(app, { seats });
  const buyers = await Promise.all(Array.from({ length: people }, () => aUser(app)));
  return { ...scene, people: buyers, showtimeId: scene.showtime.id };
}

/** How often each answer was given: `201`, or the status with the code. */
export function tally(answers: Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, code } of answers) {
    const name = code === undefined ? String(status) : `${status} ${code}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/**
 * Waits until so many statements of this database wait for a lock: observed, not slept. Those that
 * need not wait and have been answered count as well.
 */
export async function untilWaiting(
  pool: Pool,
  count: number,
  answered: () => number = () => 0,
): Promise<void> {
  await expect
    .poll(
      async () => {
        const { rows } = await pool.query<{ waiting: number }>(
          `select count(*)::int as waiting from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return (rows[0]?.waiting ?? 0) + answered();
      },
      { interval: 10, timeout: 5_000 },
    )
    .toBe(count);
}

/** Broken invariants as problems, one line each. */
export async function invariantProblems(pool: Pool): Promise<string[]> {
  const broken = await brokenInvariants(pool);
  return Object.entries(broken).map(([name, rows]) => `${name}: ${rows.length} rows`);
}

/** A problem line for each expectation that does not hold. */
export function problemsOf(expectations: Record<string, boolean>): string[] {
  return Object.entries(expectations).flatMap(([name, holds]) => (holds ? [] : [name]));
}
