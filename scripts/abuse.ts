import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@matinee/embedded-postgres';
import type { Attack } from '../apps/server/test/abuse/attack.ts';
import { attackFromOutside } from '../apps/server/test/abuse/attacker-process.ts';
import { attacks } from '../apps/server/test/abuse/attacks.ts';
import { playAlone, playAttack, reasonsAgainst } from '../apps/server/test/abuse/play.ts';
import type { Played } from '../apps/server/test/abuse/play.ts';
import { buildScene } from '../apps/server/test/abuse/scene.ts';
import type { Scene } from '../apps/server/test/abuse/scene.ts';
import { openPool, startServerProcess } from '../apps/server/test/races/processes.ts';
import { abuseLine, abuseReport } from './abuse-report.ts';

/*
 * `npm run abuse -- [--only name,…] [--seconds N] [--out DIR]`
 *
 * Attacks on the availability of the built server, beside honest customers. Each attack meets a
 * server and a database of its own: first readers keep the server busy, then the customers are alone for
 * some seconds, then they are attacked for as long. Everything is on 127.0.0.1 and ends by itself.
 */

const root = resolve(import.meta.dirname, '..');
const { only, seconds, out } = readOptions();

/** Seconds in which a new server is used but not measured. */
const warmUpSeconds = 3;

/** Before that, readers keep it busy. */
const busySeconds = 10;
const readers = 64;

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seconds: { type: 'string', default: '10' },
      out: { type: 'string', default: join(root, 'bench/results/abuse') },
    },
  });
  const names = values.only?.split(',') ?? attacks.map(({ name }) => name);
  const unknown = names.filter((name) => !attacks.some((attack) => attack.name === name));
  if (unknown.length > 0) {
    const known = attacks.map(({ name }) => name).join(', ');
    throw new Error(`No attack ${unknown.join(', ')}. There are: ${known}.`);
  }
  const length = Number(values.seconds);
  if (!(length > 0)) {
    throw new Error('--seconds takes a number above 0.');
  }
  return { only: new Set(names), seconds: length, out: resolve(values.out) };
}

/** One attack on a server and a database of its own. */
async function playOn(postgresUrl: string, attack: Attack): Promise<Played> {
  const databaseUrl = await createDatabase(postgresUrl, attack.name);
  const server = await startServerProcess({
    databaseUrl,
    jobs: true,
    env: { RATE_LIMIT: 'on', TRUST_PROXY: '1', LOG_LEVEL: 'fatal' },
    file: join(root, 'apps/server/dist/main.js'),
    nodeArgs: ['--max-semi-space-size=16'],
  });
  const pool = openPool(databaseUrl);
  try {
    const scene = await buildScene(server.url, pool, attack.shows ?? 1);
    const stage = { server, scene, pool };
    await keepBusy(server.url, scene);
    await playAlone(stage, warmUpSeconds);
    const alone = await playAlone(stage, seconds);
    const length = Math.max(seconds, attack.leastSeconds ?? 0);
    const target = { url: server.url, scene, seconds: length, part: 1 };
    const attacked = await playAttack(stage, () => attackFromOutside(attack, target));
    return { attack, alone, attacked };
  } finally {
    await pool.end();
    await server.stop();
  }
}

/**
 * Readers keep the server busy: V8 takes memory under any load and keeps it, and this does not count as
 * growth under the attack.
 */
async function keepBusy(url: string, { showtimeIds: [showtimeId] }: Scene): Promise<void> {
  const until = performance.now() + busySeconds * 1_000;
  const paths = [`showtimes/${showtimeId}/seats`, 'movies', 'showtimes'];
  const read = async (reader: number) => {
    const headers = { 'x-forwarded-for': `10.7.0.${reader + 1}` };
    for (let visit = reader; performance.now() < until; visit += 1) {
      const response = await fetch(`${url}/api/v1/${paths[visit % paths.length]}`, { headers });
      if (!response.ok) {
        throw new Error(`${response.url} was answered with ${response.status}.`);
      }
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: readers }, (_, reader) => read(reader)));
}

async function createDatabase(postgresUrl: string, name: string): Promise<string> {
  const database = name.replaceAll('-', '_');
  const pool = openPool(postgresUrl);
  await pool.query(`create database ${database}`);
  await pool.end();
  return Object.assign(new URL(postgresUrl), { pathname: `/${database}` }).href;
}

/** After each attack, so that a run that is cut short has a report as well. */
async function save(all: readonly Played[]): Promise<void> {
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'abuse.json'), `${JSON.stringify(all, null, 1)}\n`);
  await writeFile(join(out, 'abuse.md'), abuseReport(all, { seconds, readers, busySeconds }));
}

const dataDir = await mkdtemp(join(tmpdir(), 'matinee-abuse-'));
const postgres = await startEmbeddedPostgres({ dataDir });
let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => (isInterrupted = true));
}

try {
  const all: Played[] = [];
  for (const attack of attacks.filter(({ name }) => only.has(name))) {
    if (!isInterrupted) {
      const played = await playOn(postgres.url, attack);
      all.push(played);
      await save(all);
      console.log(abuseLine(played));
    }
  }
  console.log(`Written to ${relative(process.cwd(), join(out, 'abuse.md'))}`);
  process.exitCode = all.every((played) => reasonsAgainst(played).length === 0) ? 0 : 1;
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}
