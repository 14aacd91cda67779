import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { countFailures } from './answers.ts';
import { refusals, soundness, startLoad } from './drill.ts';
import type { Fleet } from './fleet.ts';
import { isReady } from './fleet.ts';
import type { Figures, Outcome } from './outcome.ts';
import { until } from './processes.ts';
import type { Running } from './processes.ts';
import { register } from './scene.ts';
import { databaseUrls } from './settings.ts';

/* Servers that come and go: restarts, upgrades, many starts at once. */

/** Settings of a server of the previous release, which knows no connection pooler. */
function previousEnv(fleet: Fleet, name: string): Record<string, string> {
  const { direct, replicas } = databaseUrls(fleet.settings, name);
  return { DATABASE_URL: direct, DATABASE_REPLICA_URLS: replicas };
}

/** Both servers are replaced, one after the other, by servers of this version, under load. */
export async function upgrade(fleet: Fleet, checkout: string, run: number): Promise<Outcome> {
  await fleet.stopServers();
  await fleet.createDatabase('upgraded');
  const env = previousEnv(fleet, 'upgraded');
  await fleet.place('a', { env, checkout });
  await fleet.place('b', { env, checkout });
  try {
    return await replaceBoth(fleet, { fault: 'upgrade', run, name: 'upgraded' });
  } finally {
    await fleet.stopServers();
    await fleet.dropDatabase('upgraded');
    await fleet.placeServers();
  }
}

/** Both servers are told to stop and started again, one after the other, under load. */
export async function restart(fleet: Fleet, run: number): Promise<Outcome> {
  return replaceBoth(fleet, { fault: 'stop', run, name: 'matinee' });
}

async function replaceBoth(
  fleet: Fleet,
  { fault, run, name }: { fault: string; run: number; name: string },
): Promise<Outcome> {
  const date = new Date().toISOString();
  const pool = fleet.openPool(name);
  try {
    await until(20_000, async () => (await fetch(`${fleet.webUrl}/health/live`)).ok || undefined);
    const accounts = await register(fleet.webUrl, pool, 20);
    const load = await startLoad(fleet, accounts, 200);
    const { crowd, viewers } = load;
    await delay(3_000);
    const began = Date.now();
    const exits: number[] = [];
    for (const place of ['a', 'b'] as const) {
      exits.push(((await fleet.servers.get(place)?.stop('SIGTERM', 20_000)) ?? Number.NaN) / 1_000);
      await fleet.place(place, { env: fleet.serverEnv(name) });
      await delay(3_000);
    }
    const ended = Date.now();
    await crowd.end();
    const figures: Figures = {
      exit: Math.max(...exits),
      ...(await soundness(pool, load.file)),
      ...refusals(crowd.attempts),
      viewerHole: viewers.worstHole(began, ended),
      reconnects: viewers.reconnects,
    };
    viewers.leave();
    await rm(load.file);
    const notes = [
      `exits after ${exits.map((each) => each.toFixed(1)).join(' and ')} s`,
      `${viewers.live} of ${viewers.count} viewers live at the end`,
    ];
    return { fault, run, date, figures, answers: countFailures(crowd.attempts), notes };
  } finally {
    await pool.end();
  }
}

const herd = Array.from({ length: 8 }, (_, index) => index + 1);

/**
 * Eight servers start in the same second on a new database, or on one of the previous release.
 *
 * @param checkout of the previous release, for the second
 */
export async function startEight(
  fleet: Fleet,
  { run, checkout }: { run: number; checkout?: string | undefined },
): Promise<Outcome> {
  const date = new Date().toISOString();
  const name = 'herd';
  await fleet.createDatabase(name);
  if (checkout !== undefined) {
    await startOnce(fleet, name, checkout);
  }
  const began = performance.now();
  const servers = herd.map((index) =>
    fleet.startServer({
      name: `herd${index}`,
      port: fleet.ports.herd(index),
      env: herdEnv(fleet, name),
    }),
  );
  try {
    const ready = await countReady(fleet, servers);
    const readyAfter = (performance.now() - began) / 1_000;
    const exited = servers.filter((server) => !server.isRunning()).length;
    const fallen = servers.find((server) => !server.isRunning());
    const notes = fallen === undefined ? [] : [`${fallen.name}: ${await fleet.log(fallen.name)}`];
    const { notOnce, about } = await countOnce(fleet, name);
    const exits = await Promise.all(servers.map((server) => server.stop('SIGTERM', 20_000)));
    const figures = { ready, readyAfter, exited, notOnce, exit: Math.max(...exits) / 1_000 };
    const fault = checkout === undefined ? 'eight-empty' : 'eight-previous';
    return { fault, run, date, figures, answers: [], notes: [about, ...notes] };
  } finally {
    await Promise.all(servers.map((server) => server.stop('SIGKILL')));
    await fleet.dropDatabase(name);
  }
}

/** The demo is part of the race. */
function herdEnv(fleet: Fleet, name: string): Record<string, string> {
  return { ...fleet.serverEnv(name), ENVIRONMENT: 'development', DRAIN_SECONDS: '0' };
}

/** Leaves the schema and the demo of the previous release. */
async function startOnce(fleet: Fleet, name: string, checkout: string): Promise<void> {
  const port = fleet.ports.herd(1);
  const env = { ...previousEnv(fleet, name), ENVIRONMENT: 'development' };
  const server = fleet.startServer({ name: 'previous', port, env, checkout });
  try {
    if ((await until(60_000, async () => (await isReady(port)) || undefined)) === undefined) {
      throw new Error(`The previous release does not start:\n${await fleet.log('previous')}`);
    }
  } finally {
    await server.stop('SIGTERM', 5_000);
  }
}

async function countReady(fleet: Fleet, servers: readonly Running[]): Promise<number> {
  const waiting = servers.map(async (server, index) => {
    const port = fleet.ports.herd(index + 1);
    const answer = await until(90_000, async () =>
      server.isRunning() ? (await isReady(port)) || undefined : false,
    );
    return answer === true;
  });
  return (await Promise.all(waiting)).filter(Boolean).length;
}

/** Migrations, jobs, movies of the demo: how many are there more than once, or not at all. */
async function countOnce(fleet: Fleet, name: string): Promise<{ notOnce: number; about: string }> {
  const pool = fleet.openPool(name);
  try {
    const { rows } = await pool.query<{ kind: string; names: number; all: number }>(
      `select 'migrations' as kind, count(distinct name)::int as names, count(*)::int as all from migrations
       union all select 'jobs', count(distinct name)::int, count(*)::int from agenda_jobs
       union all select 'movies', count(distinct title)::int, count(*)::int from movies`,
    );
    const notOnce = rows.reduce((sum, { names, all }) => sum + (names === 0 ? 1 : all - names), 0);
    return { notOnce, about: rows.map(({ kind, all }) => `${all} ${kind}`).join(', ') };
  } finally {
    await pool.end();
  }
}
