import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { ServerProcess } from '../races/processes.ts';
import type { Attack, Tally } from './attack.ts';
import { serveCustomers } from './honest-customer.ts';
import type { Served } from './honest-customer.ts';
import { cpuSeconds, machineCpuSeconds, residentMib } from './process-figures.ts';
import type { Scene } from './scene.ts';

/*
 * Plays an attack against a server beside honest customers. Used by `abuse.test.ts` and by
 * `npm run abuse`, which does not run under vitest.
 */

/** A server with customers and attackers. */
export interface Stage {
  server: ServerProcess;
  scene: Scene;
  pool: Pool;
}

/** What an attacker did, and the CPU seconds that it took. */
export interface Attacked {
  tally: Tally;
  cpuSeconds: number;
}

/** Some seconds of a server at work. */
export interface Phase {
  seconds: number;
  served: Served;
  /** Resident memory of the server at its most, in MiB. */
  memoryMib: number;
  /** Connections to the database that stayed idle in a transaction, at most. */
  idleInTransaction: number;
  /** Connections that waited for a row or another lock of the database, at most. */
  waitingForLocks: number;
  serverCpuSeconds: number;
  /** Of all processes of the machine. */
  machineCpuSeconds: number;
  isRunning: boolean;
  attacked: Attacked | undefined;
}

/** Samples of memory and of the database. */
const sampleMs = 100;

/** Customers at work for some seconds. */
export function playAlone(stage: Stage, seconds: number): Promise<Phase> {
  return play(stage, async () => {
    await delay(seconds * 1_000);
    return undefined;
  });
}

/** Customers at work as long as an attack goes on. */
export function playAttack(stage: Stage, attack: () => Promise<Attacked>): Promise<Phase> {
  return play(stage, attack);
}

async function play(
  { server, scene, pool }: Stage,
  meanwhile: () => Promise<Attacked | undefined>,
): Promise<Phase> {
  const began = performance.now();
  const [cpuBefore, machineBefore] = [cpuSeconds(server.pid), machineCpuSeconds()];
  const ending = new AbortController();
  const { signal: over } = ending;
  const serving = serveCustomers({ url: server.url, scene, over });
  const memory = sample(over, async () => residentMib(server.pid));
  const idle = sample(over, () => countConnections(pool, idleQuery));
  const locks = sample(over, () => countConnections(pool, waitingQuery));
  const attacked = await meanwhile().finally(() => ending.abort());
  const [served, memoryMib, idleMost, waitingMost] = await Promise.all([
    serving,
    memory,
    idle,
    locks,
  ]);
  return {
    seconds: (performance.now() - began) / 1_000,
    served,
    memoryMib,
    idleInTransaction: idleMost,
    waitingForLocks: waitingMost,
    serverCpuSeconds: cpuSeconds(server.pid) - cpuBefore,
    machineCpuSeconds: machineCpuSeconds() - machineBefore,
    isRunning: server.isRunning(),
    attacked,
  };
}

/** The largest of the samples. */
async function sample(over: AbortSignal, take: () => Promise<number>): Promise<number> {
  let most = await take();
  while (!over.aborted) {
    await delay(sampleMs, undefined, { signal: over }).catch(() => {});
    const taken = await take();
    // Of a server that has ended there is nothing to read.
    most = taken > most ? taken : most;
  }
  return most;
}

/** Long enough for any pause between two statements of a transaction, even on a busy machine. */
const idleQuery = `select count(*)::int as count from pg_stat_activity
  where datname = current_database() and state = 'idle in transaction'
    and clock_timestamp() - state_change > interval '250 milliseconds'`;

const waitingQuery = `select count(*)::int as count from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`;

async function countConnections(pool: Pool, query: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(query);
  return rows[0]?.count ?? 0;
}

/** An attack with the customers alone before it. */
export interface Played {
  attack: Attack;
  alone: Phase;
  attacked: Phase;
}

/** Bounds of the verdict. */
export const bounds = { p99Factor: 2, p99LeastMs: 100, growthMib: 100, idleInTransaction: 5 };

/** The growth of the server's memory under the attack, in MiB. */
export function growthMib({ alone, attacked }: Pick<Played, 'alone' | 'attacked'>): number {
  return Math.max(0, attacked.memoryMib - alone.memoryMib);
}

/** A quantile of some times, NaN without any. */
export function quantile(times: readonly number[], at: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? Number.NaN;
}

/** Why an attack was not withstood: one reason each, none if it was. */
export function reasonsAgainst({ attack, alone, attacked }: Played): string[] {
  const { served, attacked: attackers } = attacked;
  const [before, under] = [alone, attacked].map(({ served: { steps } }) => quantile(steps, 0.99));
  const most = Math.max(bounds.p99Factor * (before ?? 0), bounds.p99LeastMs);
  const refused = Object.entries(served.refused).map(([what, count]) => `${count} × ${what}`);
  const growth = growthMib({ alone, attacked });
  const idle = attacked.idleInTransaction;
  const passed = attackers && attack.letThrough(attackers.tally);
  return [
    ...(attacked.isRunning ? [] : ['the server ended']),
    ...(refused.length > 0 ? [`honest requests without success: ${refused.join(', ')}`] : []),
    ...((under ?? 0) > most ? [`honest p99 above ${Math.round(most)} ms`] : []),
    ...(growth >= bounds.growthMib ? [`memory grew by ${Math.round(growth)} MiB`] : []),
    ...(idle > bounds.idleInTransaction ? [`${idle} connections idle in transaction`] : []),
    ...(passed === undefined ? [] : [passed]),
  ];
}
