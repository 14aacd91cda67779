import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from '@matinee/api';
import { Pool } from 'pg';
import { customerRound } from './growth-customers.ts';
import type { Times } from './growth-customers.ts';
import { comparePlans } from './growth-plans.ts';
import type { ComparedPlans } from './growth-plans.ts';
import { fillHistory } from './history.ts';
import { median } from './load.ts';
import { startProduct } from './servers.ts';
import type { Server } from './servers.ts';
import { readStage } from './stage.ts';
import type { Stage } from './stage.ts';

/*
 * The same customers on a database with years of sales and on one without, by turns:
 *
 *   npm run growth -- --url URL [--seats N] [--rounds N] [--seconds N] [--fill] [--report FILE]
 *
 * URL is that of a superuser of a PostgreSQL for this purpose. The databases `matinee_grown` and
 * `matinee_fresh` are made and filled in it once, and stay for the next run. `--fill` does nothing else.
 */

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    seats: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '8' },
    fill: { type: 'boolean', default: false },
    report: { type: 'string' },
  },
});
if (values.url === undefined) {
  throw new Error('Usage: npm run growth -- --url postgresql://postgres@127.0.0.1:5432/postgres');
}
const base = values.url;
/** Enough for the planner to have seen sales. */
const freshSeats = 20_000;

const urls = {
  fresh: await prepare('matinee_fresh', freshSeats),
  grown: await prepare('matinee_grown', Number(values.seats)),
};
if (!values.fill) {
  await compare();
}

/** @returns the address of the database, which is made and filled if it is not there */
async function prepare(name: string, soldSeats: number): Promise<string> {
  const url = Object.assign(new URL(base), { pathname: `/${name}` }).href;
  const server = new Pool({ connectionString: base, max: 1 });
  const { rows } = await server.query('select from pg_database where datname = $1', [name]);
  if (rows.length === 0) {
    await server.query(`create database ${name}`);
    await migrate({ url });
    const pool = new Pool({ connectionString: url, max: 1 });
    const tell = (seats: number) => process.stderr.write(`${name}: ${seats} seats\n`);
    await fillHistory(pool, { soldSeats, onSale: 400, users: 50_000 }, tell);
    await pool.end();
  }
  await server.end();
  return url;
}

async function compare(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'matinee-growth-'));
  const stages = {
    fresh: await readStage(urls.fresh, folder),
    grown: await readStage(urls.grown, folder),
  };
  const servers: Server[] = [];
  try {
    const [fresh, grown] = [await startProduct(stages.fresh), await startProduct(stages.grown)];
    servers.push(fresh, grown);
    const seconds = Number(values.seconds);
    const rounds: { fresh: Times; grown: Times }[] = [];
    // The first round warms both.
    for (let round = 0; round <= Number(values.rounds); round += 1) {
      const measure = {
        fresh: () => customerRound({ stage: stages.fresh, server: fresh, round, seconds }),
        grown: () => customerRound({ stage: stages.grown, server: grown, round, seconds }),
      };
      rounds.push(await inTurn(measure, round));
      process.stderr.write(`round ${round}\n`);
    }
    const plans = await comparePlans(stages.fresh.pool, stages.grown.pool);
    const sizes = await readSizes(stages.grown);
    const text = report({
      rounds: rounds.slice(1),
      plans,
      sizes,
      version: stages.grown.postgresVersion,
    });
    process.stdout.write(text);
    if (values.report !== undefined) {
      await writeFile(path.resolve(process.env['INIT_CWD'] ?? '.', values.report), text);
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await Promise.all([stages.fresh.pool.end(), stages.grown.pool.end()]);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Either goes first in every other round. */
async function inTurn(
  { fresh, grown }: { fresh: () => Promise<Times>; grown: () => Promise<Times> },
  round: number,
): Promise<{ fresh: Times; grown: Times }> {
  if (round % 2 === 0) {
    return { fresh: await fresh(), grown: await grown() };
  }
  const first = await grown();
  return { fresh: await fresh(), grown: first };
}

interface Size {
  name: string;
  rows: number;
  table: number;
  indexes: number;
}

async function readSizes({ pool }: Stage): Promise<Size[]> {
  const { rows } = await pool.query<Size>(
    `select relname as name, reltuples::float as rows, pg_table_size(oid)::float as table,
       pg_indexes_size(oid)::float as indexes
     from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
     order by pg_total_relation_size(oid) desc limit 7`,
  );
  return rows;
}

interface Result {
  rounds: { fresh: Times; grown: Times }[];
  plans: ComparedPlans;
  sizes: Size[];
  version: string;
}

function report({ rounds, plans, sizes, version }: Result): string {
  const seats = Number(values.seats).toLocaleString('en');
  return [
    `# ${seats} sold seats`,
    '',
    `Measured on ${new Date().toISOString().slice(0, 10)} with \`npm run growth -- --seats ` +
      `${values.seats}\` on ${cpus().length} cores (${cpus()[0]?.model.trim()}), PostgreSQL ${version} ` +
      'with 512 MB of shared buffers.',
    '',
    '## Size',
    '',
    '| table | rows | table, MB | indexes, MB |',
    '|---|---:|---:|---:|',
    ...sizes.map(({ name, rows, table, indexes }) => {
      const count = Math.round(rows).toLocaleString('en');
      return `| ${name} | ${count} | ${inMb(table)} | ${inMb(indexes)} |`;
    }),
    `| these | | ${inMb(sum(sizes, 'table'))} | ${inMb(sum(sizes, 'indexes'))} |`,
    '',
    '## Latency',
    '',
    `Six customers without pauses, in turn on a database with ${freshSeats.toLocaleString('en')} sold ` +
      `seats (fresh) and on one with ${seats} (grown), ${rounds.length} rounds of ` +
      `${values.seconds} s each. Milliseconds: the median and the 95th percentile of a round, the ` +
      'median over the rounds. The ratio is the median over the ratios of the rounds. The first page ' +
      'of showtimes and the report are not the same work: without the history they have nothing to list.',
    '',
    '| call | fresh p50 | grown p50 | ratio | fresh p95 | grown p95 | ratio |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...Object.keys(rounds[0]?.fresh ?? {}).map((name) => latency(name, rounds)),
    '',
    '## Plans',
    '',
    `${plans.compared} plans were compared: those of every statement of the last release as a prepared ` +
      'statement with a generic plan, and those of the statements inside the database functions.',
    '',
    plans.scans.length === 0
      ? 'No statement with a condition scans a table of sales sequentially on the grown database.'
      : `These scan a table of sales sequentially on the grown database: ${plans.scans.join(', ')}.`,
    '',
    `${plans.differences.length} of them differ, by these lines (+ on the grown database):`,
    '',
    plans.differences.join('\n\n'),
    '',
  ].join('\n');
}

function latency(name: string, rounds: { fresh: Times; grown: Times }[]): string {
  const cells = [0.5, 0.95].flatMap((share) => {
    const fresh = rounds.map((round) => quantile(round.fresh[name] ?? [], share));
    const grown = rounds.map((round) => quantile(round.grown[name] ?? [], share));
    const ratios = grown.map((time, index) => time / (fresh[index] ?? time));
    return [median(fresh).toFixed(1), median(grown).toFixed(1), median(ratios).toFixed(2)];
  });
  return `| ${name} | ${cells.join(' | ')} |`;
}

function quantile(times: number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function sum(sizes: Size[], key: 'table' | 'indexes'): number {
  return sizes.reduce((total, size) => total + size[key], 0);
}

function inMb(bytes: number): string {
  return Math.round(bytes / 1e6).toLocaleString('en');
}
