import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { brokenInvariants } from '@matinee/api/testing';
import type { Pool } from 'pg';
import { judge, readAcknowledgements } from './acknowledgements.ts';
import type { Stored } from './acknowledgements.ts';
import { countFailures, hasFailed, longestHole } from './answers.ts';
import { Crowd } from './crowd.ts';
import type { Attempt } from './crowd.ts';
import type { Fault } from './faults.ts';
import type { Fleet } from './fleet.ts';
import type { Figures, Outcome } from './outcome.ts';
import { until } from './processes.ts';
import { openSales } from './scene.ts';
import type { Accounts } from './scene.ts';
import { nodes } from './settings.ts';
import type { Node } from './settings.ts';
import { Viewers } from './viewers.ts';

/* One fault of the database under the load of a sale. */

/** How long the sale goes on before the fault, and after the first booking that follows it. */
const beforeMs = 4_000;
const afterMs = 8_000;
const newPrimaryWithinMs = 90_000;

/** Customers, viewers and what they were told, in one run. */
export interface Load {
  crowd: Crowd;
  viewers: Viewers;
  file: string;
}

/** A sale that everybody has come to. @param pool at the database of the servers */
export async function startLoad(fleet: Fleet, accounts: Accounts, thinkMs = 400): Promise<Load> {
  const url = fleet.webUrl;
  const sales = await openSales(url, accounts);
  const file = join(fleet.settings.folder, 'acknowledgements.jsonl');
  await writeFile(file, '');
  const crowd = new Crowd({ url, accounts, sales, file, thinkMs });
  crowd.start();
  return { crowd, viewers: new Viewers(url, sales), file };
}

/** The fault of one run, from a sound fleet to a sound fleet. */
export async function drill(
  fleet: Fleet,
  accounts: Accounts,
  { fault, run }: { fault: Fault; run: number },
): Promise<Outcome> {
  const date = new Date().toISOString();
  const load = await startLoad(fleet, accounts);
  const { crowd, viewers } = load;
  if (fault.reads) {
    crowd.startReading();
  }
  await delay(beforeMs);
  const primary = await fleet.primary();
  const began = Date.now();
  const watching = watchPrimary(fleet, fault, primary);
  const [found] = await Promise.all([watching, fault.happen(fleet, primary)]);
  const since = found?.at ?? began;
  const booked = await until(30_000, async () => crowd.bookedAfter(since));
  await delay(afterMs);
  const ended = Date.now();
  await crowd.end();
  const jobsBack = fault.next === 'same' ? undefined : await awaitSweep(fleet, since);
  const figures: Figures = {
    ...(fault.next === 'same' ? {} : failoverOf(began, found?.at, booked)),
    hole: longestHole(crowd.bookings(), began, ended),
    ...(await soundness(fleet.pool, load.file)),
    ...serversOf(fleet),
    ...viewersOf(viewers, { began, booked, ended, isFailover: fault.next !== 'same' }),
    ...(jobsBack === undefined ? {} : { jobsBack, jobsOff: await countJobsOff(fleet) }),
    ...refusals(crowd.attempts.filter(({ at }) => at >= began - 1_000)),
    ...(fault.reads ? readsOf(crowd.attempts) : {}),
  };
  viewers.leave();
  await rm(load.file);
  const notes = [
    describeNext(primary, found?.node),
    `${viewers.live} of ${viewers.count} viewers live at the end`,
  ];
  const answers = countFailures(crowd.attempts);
  return { fault: fault.name, run, date, figures, answers, notes };
}

function failoverOf(began: number, at = Number.NaN, booked = Number.NaN): Figures {
  return { newPrimary: (at - began) / 1_000, firstBooking: (booked - at) / 1_000 };
}

function describeNext(primary: Node, next: Node | undefined): string {
  return next === undefined || next === primary
    ? `node${primary} is primary`
    : `node${primary}, then node${next} is primary`;
}

/** Waits until a node is primary that was not before, or that was not in between. */
async function watchPrimary(
  fleet: Fleet,
  { next }: Fault,
  primary: Node,
): Promise<{ node: Node; at: number } | undefined> {
  if (next === 'same') {
    return undefined;
  }
  let wasAway = false;
  return until(newPrimaryWithinMs, async () => {
    const answers = await Promise.all(nodes.map((node) => fleet.sells(node)));
    wasAway ||= !answers[primary - 1];
    const found = nodes.find(
      (node, index) => answers[index] && (node !== primary || (next === 'any' && wasAway)),
    );
    return found === undefined ? undefined : { node: found, at: Date.now() };
  });
}

/** Seconds from an instant to the end of the first sweep after it; NaN after 100 s. */
async function awaitSweep(fleet: Fleet, since: number): Promise<number> {
  const last = await until(
    Math.max(0, since + 100_000 - Date.now()),
    async () => {
      const { rows } = await fleet.pool.query<{ at: Date | null }>(
        `select max(last_run_at) as at from agenda_jobs where name = 'sweep'`,
      );
      const at = rows[0]?.at?.getTime() ?? 0;
      return at > since ? at : undefined;
    },
    500,
  );
  return ((last ?? Number.NaN) - since) / 1_000;
}

interface Ready {
  checks?: Record<string, string>;
}

/** What `/health/ready` of one server says. */
export async function readHealth(port: number): Promise<Record<string, string>> {
  const url = `http://127.0.0.1:${port}/health/ready`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  const { checks = {} } = ((await answer?.json().catch(() => {})) ?? {}) as Ready;
  return checks;
}

async function countJobsOff(fleet: Fleet): Promise<number> {
  const healths = await Promise.all([1, 2].map((index) => readHealth(fleet.ports.server(index))));
  return healths.filter(({ jobs }) => jobs !== 'ok').length;
}

function serversOf(fleet: Fleet): Figures {
  return { exited: [...fleet.servers.values()].filter((server) => !server.isRunning()).length };
}

interface Span {
  began: number;
  booked: number | undefined;
  ended: number;
  isFailover: boolean;
}

function viewersOf(viewers: Viewers, { began, booked, ended, isFailover }: Span): Figures {
  return {
    viewerHole: viewers.worstHole(began, ended),
    reconnects: viewers.reconnects,
    ...(isFailover ? { viewersBack: viewers.backAfter(booked ?? Number.NaN) } : {}),
  };
}

/** Every acknowledgement and every invariant, on the database as it is now. */
export async function soundness(pool: Pool, file: string): Promise<Figures> {
  const told = readAcknowledgements(await readFile(file, 'utf8'));
  const { rows } = await pool.query<Stored>(
    'select id, status from reservations where id = any($1)',
    [told.map(({ id }) => id)],
  );
  const { acknowledged, lost, wrong, doubles } = judge(told, rows);
  const broken = Object.keys(await brokenInvariants(pool)).length;
  return {
    acknowledged,
    lost: lost.length,
    wrong: wrong.length,
    doubles: doubles.length,
    broken,
  };
}

/** How the failures of a run look to customers. */
export function refusals(attempts: readonly Attempt[]): Figures {
  const unavailable = attempts.filter(({ status }) => status === 503);
  const own = unavailable
    .filter(({ by }) => by === 'server')
    .map(({ ms }) => ms / 1_000)
    .toSorted((a, b) => a - b);
  return {
    failed: attempts.filter(hasFailed).length,
    withoutRetryAfter: unavailable.filter(({ retryAfter }) => !retryAfter).length,
    ...(own.length === 0
      ? {}
      : {
          refusalMedian: own[Math.floor(own.length / 2)] ?? Number.NaN,
          refusalMost: own.at(-1) ?? Number.NaN,
          refusalsLate: own.filter((seconds) => seconds > 1).length,
        }),
  };
}

function readsOf(attempts: readonly Attempt[]): Figures {
  const reads = attempts.filter(({ call }) => call === 'list' || call === 'report');
  const readsFailed = reads.filter(({ status }) => status !== 200).length;
  return { reads: reads.length - readsFailed, readsFailed };
}
