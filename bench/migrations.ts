import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { migrate } from '@matinee/api';
import { brokenInvariants } from '@matinee/api/testing';
import { startEmbeddedPostgres } from '@matinee/embedded-postgres';
import { Pool } from 'pg';
import { fillHistory } from './history.ts';
import { intervalMs, LockWatch } from './lock-watch.ts';
import type { HeldLock } from './lock-watch.ts';
import { SqlBuyers } from './sql-buyers.ts';
import type { Waits } from './sql-buyers.ts';

/*
 * Applies the migrations one by one to a database full of sales while customers buy, and writes down
 * which locks each of them held for how long, and how long a customer waited:
 *
 *   npm run migration-locks -- [--seats N] [--buyers N] [--report FILE]
 */

const { values } = parseArgs({
  options: {
    seats: { type: 'string', default: '2000000' },
    buyers: { type: 'string', default: '6' },
    report: { type: 'string' },
  },
});
const amounts = { soldSeats: Number(values.seats), onSale: 4_000, users: 50_000 };
/** What a customer notices of a migration may come a moment after it. */
const aftermathMs = 1_000;
const baselineMs = 10_000;

/** What one migration did to the customers. */
interface Applied {
  name: string;
  seconds: number;
  locks: HeldLock[];
  waits: Waits;
}

const folder = await mkdtemp(path.join(tmpdir(), 'matinee-migrations-'));
const postgres = await startEmbeddedPostgres({ dataDir: path.join(folder, 'data') });
const pool = new Pool({ connectionString: postgres.url, max: 4 });
const database = { url: postgres.url };
try {
  const names = await namesOfAll();
  const [first = '', ...others] = names;
  await migrate(database, [first]);
  const began = performance.now();
  await fillHistory(pool, amounts, (seats) => say(`filled ${seats} seats`));
  const filledSeconds = Math.round((performance.now() - began) / 1000);
  const buyers = await SqlBuyers.start(pool, { url: postgres.url, count: Number(values.buyers) });
  await delay(baselineMs);
  const baseline = buyers.takeWaits();
  const applied: Applied[] = [];
  for (const [index, name] of others.entries()) {
    applied.push(await applyUnderLoad(name, names.slice(0, index + 2), buyers));
    say(`${name}: ${applied.at(-1)?.seconds.toFixed(1)} s`);
  }
  await buyers.stop();
  const broken = Object.keys(await brokenInvariants(pool));
  const text = report({ applied, baseline, filledSeconds, broken });
  if (values.report === undefined) {
    process.stdout.write(text);
  } else {
    await writeFile(path.resolve(process.env['INIT_CWD'] ?? '.', values.report), text);
  }
} finally {
  await pool.end();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function namesOfAll(): Promise<string[]> {
  const { migrations } = await import('../packages/api/src/db/migrations/index.ts');
  return migrations.map(({ name }) => name);
}

async function applyUnderLoad(name: string, upTo: string[], buyers: SqlBuyers): Promise<Applied> {
  const watch = await LockWatch.start(postgres.url);
  buyers.takeWaits();
  const began = performance.now();
  await migrate(database, upTo);
  const seconds = (performance.now() - began) / 1000;
  await delay(aftermathMs);
  return { name, seconds, locks: await watch.stop(), waits: buyers.takeWaits() };
}

interface Result {
  applied: Applied[];
  baseline: Waits;
  filledSeconds: number;
  broken: string[];
}

function report({ applied, baseline, filledSeconds, broken }: Result): string {
  const shows = amounts.soldSeats / 200 + amounts.onSale;
  const rows = applied.map(({ name, seconds, locks, waits }) => {
    return `| ${name} | ${seconds.toFixed(1)} | ${longestOf(locks)} | ${customer(waits)} |`;
  });
  const tooLong = applied.filter(({ locks }) => (locks[0]?.heldMs ?? 0) > 1_000);
  return [
    '# How long each migration locks',
    '',
    `Measured on ${new Date().toISOString().slice(0, 10)} with \`npm run migration-locks -- --seats ` +
      `${amounts.soldSeats}\` on ${cpus().length} cores (${cpus()[0]?.model.trim()}), the ` +
      `embedded PostgreSQL, with ${amounts.soldSeats.toLocaleString('en')} sold seats in half as many ` +
      `reservations, ${shows.toLocaleString('en')} showtimes and 200 movies (filled in ${filledSeconds} s). ` +
      `${values.buyers} customers bought all the time, with statements that work on every version of ` +
      'the schema and take the row locks of the booking functions: lock two seats, buy them, read ' +
      'the seat map. Their waits include the second after each migration.',
    '',
    'The lock column has the longest lock on a table that customers use, among the locks that keep ' +
      'customers from writing (`ShareLock` and stronger) or from reading (`AccessExclusiveLock`). It ' +
      'was sampled every 5 ms, so shorter locks can be missing. The time that a migration took ' +
      'includes its waits for locks: it tries for half a second at a time, and then begins again. A ' +
      'failed call has waited for 5 s, the lock limit of the servers. The first migration, which ' +
      'makes the tables, is not in the list.',
    '',
    '| migration | took, s | longest lock | calls | p99, ms | longest call, ms | failed calls |',
    '|---|---:|---|---:|---:|---:|---:|',
    `| none, ${baselineMs / 1000} s |  |  | ${customer(baseline)} |`,
    ...rows,
    '',
    tooLong.length === 0
      ? 'No migration held a lock on a table of the customers for longer than a second.'
      : `Longer than a second: ${tooLong.map(({ name }) => `\`${name}\``).join(', ')}.`,
    '',
    broken.length === 0
      ? 'Afterwards all invariants held.'
      : `Afterwards these invariants were broken: ${broken.join('; ')}.`,
    '',
  ].join('\n');
}

function longestOf([longest]: HeldLock[]): string {
  if (!longest) {
    return 'none seen';
  }
  const { heldMs, mode, table } = longest;
  const time = heldMs < intervalMs ? `under ${intervalMs}` : Math.round(heldMs);
  return `${time} ms, ${mode} on \`${table}\``;
}

function customer({ calls, p99, longest, failed }: Waits): string {
  return `${calls} | ${Math.round(p99)} | ${Math.round(longest)} | ${failed}`;
}
