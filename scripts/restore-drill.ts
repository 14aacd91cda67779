import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inspect, parseArgs } from 'node:util';
import { createApp, migrate } from '@matinee/api';
import type { App } from '@matinee/api';
import { aUser, brokenInvariants, testConfig } from '@matinee/api/testing';
import { DebianPostgres, missingPrograms } from '../bench/debian-postgres.ts';
import { fillHistory } from '../bench/history.ts';

/*
 * Loses a database of many sold seats and restores it to a point in time with pgBackRest, with the
 * configuration of `deploy/pgbackrest`:
 *
 *   npm run restore-drill -- [--seats N] [--report FILE]
 *
 * Needs PostgreSQL 15 and pgBackRest of Debian, and disk for three times the database: at 10 million
 * seats 20 GB. Customers buy before and after the point in time, through the product. Afterwards the
 * purchases before it must all be there, those after it must be gone, and the invariants must hold.
 */

const { values } = parseArgs({
  options: { seats: { type: 'string', default: '1000000' }, report: { type: 'string' } },
});
const seats = Number(values.seats);
const purchases = 200;
const config = fileURLToPath(new URL('../deploy/pgbackrest/pgbackrest.conf', import.meta.url));

const missing = await missingPrograms();
if (missing.length > 0) {
  process.stdout.write(
    `skipped: restore drill, because of missing programs: ${missing.join(', ')}\n`,
  );
} else {
  await drill();
}

/** One step, with what it came to. */
interface Step {
  what: string;
  seconds: number;
  note: string;
}

async function drill(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'matinee-drill-'));
  const postgres = await DebianPostgres.create(folder, config);
  const steps: Step[] = [];
  const step = async (what: string, work: () => Promise<string>) => {
    const began = performance.now();
    const note = await work();
    steps.push({ what, seconds: (performance.now() - began) / 1000, note });
    process.stderr.write(`${what}: ${steps.at(-1)?.seconds.toFixed(1)} s ${note}\n`);
  };
  try {
    await step('fill', () => fill(postgres));
    await step('full backup', () => backUp(postgres, 'full'));
    const { before, after, at } = await buyAround(postgres);
    await step('differential backup of later', () => backUp(postgres, 'diff'));
    await postgres.stop();
    await postgres.loseData();
    await step('restore of the files', () => restore(postgres, at));
    await step('replay of the WAL up to the point in time', async () => {
      await postgres.start();
      await untilPromoted(postgres);
      return '';
    });
    const problems: string[] = [];
    await step('invariants', async () => {
      problems.push(...(await check(postgres, { before, after })));
      return problems.length === 0 ? 'all hold' : problems.join('; ');
    });
    await step('a purchase on the restored database', async () => {
      const [sold] = await withProduct(postgres, (app) => buy(app, 1));
      return `reservation ${sold ? 'made' : 'missing'}`;
    });
    const text = report(steps, { before: before.length, after: after.length, at, problems });
    process.stdout.write(text);
    if (values.report !== undefined) {
      await writeFile(path.resolve(process.env['INIT_CWD'] ?? '.', values.report), text);
    }
    process.exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    await postgres.stop().catch(() => {});
    await rm(folder, { recursive: true, force: true });
  }
}

/** Without an archive: the backup comes afterwards. */
async function fill(postgres: DebianPostgres): Promise<string> {
  await postgres.start({ archive_mode: 'off', wal_level: 'minimal', max_wal_senders: '0' });
  await migrate({ url: postgres.url });
  await postgres.withPool((pool) => {
    const tell = (sold: number) => process.stderr.write(`  ${sold} seats\n`);
    return fillHistory(pool, { soldSeats: seats, onSale: 100, users: 50_000 }, tell);
  });
  await postgres.stop();
  await postgres.start();
  return `${inGb(await postgres.sizeOf(postgres.dataDir))}, WAL included`;
}

async function backUp(postgres: DebianPostgres, type: 'full' | 'diff'): Promise<string> {
  const before = await postgres.sizeOf(postgres.repository);
  if (type === 'full') {
    await postgres.pgbackrest('stanza-create');
    await postgres.pgbackrest('check');
  }
  await postgres.pgbackrest('backup', `--type=${type}`);
  return `${inGb((await postgres.sizeOf(postgres.repository)) - before)} in the repository`;
}

/** Purchases on both sides of an instant, which lies a second away from either. */
async function buyAround(postgres: DebianPostgres) {
  return withProduct(postgres, async (app) => {
    const before = await buy(app, purchases);
    await delay(1_000);
    const { rows } = await app.pool.query<{ at: string }>('select clock_timestamp()::text as at');
    await delay(1_000);
    const after = await buy(app, purchases);
    await app.pool.query('select pg_switch_wal()');
    return { before, after, at: rows[0]?.at ?? '' };
  });
}

async function restore(postgres: DebianPostgres, at: string): Promise<string> {
  await postgres.pgbackrest('restore', '--type=time', `--target=${at}`, '--target-action=promote');
  return inGb(await postgres.sizeOf(postgres.dataDir));
}

async function untilPromoted(postgres: DebianPostgres): Promise<void> {
  await postgres.withPool(async (pool) => {
    const inRecovery = async () => {
      const { rows } = await pool.query<{ is: boolean }>('select pg_is_in_recovery() as is');
      return rows[0]?.is;
    };
    while (await inRecovery()) {
      await delay(100);
    }
    await pool.query('analyze');
  });
}

/** What is wrong with the restored database, one line each. */
async function check(
  postgres: DebianPostgres,
  { before, after }: { before: string[]; after: string[] },
): Promise<string[]> {
  return postgres.withPool(async (pool) => {
    const count = async (ids: string[]) => {
      const sql = 'select count(*)::int as n from reservations where id = any($1)';
      return (await pool.query<{ n: number }>(sql, [ids])).rows[0]?.n ?? 0;
    };
    const sold = 'select count(*)::int as n from reservation_seats';
    const { rows } = await pool.query<{ n: number }>(sold);
    const expected = seats + before.length * 2;
    return [
      ...((await count(before)) === before.length ? [] : ['a purchase before the instant is lost']),
      ...((await count(after)) === 0 ? [] : ['a purchase after the instant is there']),
      ...(rows[0]?.n === expected ? [] : [`${rows[0]?.n} seats instead of ${expected}`]),
      ...Object.keys(await brokenInvariants(pool)),
    ];
  });
}

async function withProduct<Result>(
  { url }: DebianPostgres,
  work: (app: App) => Promise<Result>,
): Promise<Result> {
  // Bcrypt as the tests have it, and no limits: all customers come from here.
  const tell = (fields: object) => process.stderr.write(`${inspect(fields)}\n`);
  const log = { error: tell, warn: tell, info: () => {}, debug: () => {} };
  const app = await createApp(testConfig(url), { log });
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}

/** @returns the ids of the reservations that were acknowledged */
async function buy(app: App, count: number): Promise<string[]> {
  const { rows } = await app.pool.query<{ showtimeId: string; seatIds: string[] }>(
    `select s.id as "showtimeId", array_agg(f.id) as "seatIds"
     from showtimes s cross join lateral (
       select id, (row_number() over (order by row_index, position) - 1) / 2 as pair
       from seats where theater_id = s.theater_id) f
     where s.start_time > now() and not exists (
       select from seat_claims where showtime_id = s.id and seat_id = f.id)
     group by s.id, f.pair having count(*) = 2 order by s.id, f.pair limit $1`,
    [count],
  );
  const { call } = await aUser(app);
  const ids: string[] = [];
  for (const { showtimeId, seatIds } of rows) {
    await call.showtimes.lockSeats({ showtimeId, seatIds });
    const { id } = await call.reservations.create({ showtimeId, seatIds });
    ids.push(id);
  }
  return ids;
}

function inGb(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

interface Outcome {
  before: number;
  after: number;
  at: string;
  problems: string[];
}

function report(steps: Step[], { before, after, at, problems }: Outcome): string {
  const rows = steps.map(
    ({ what, seconds, note }) => `| ${what} | ${seconds.toFixed(1)} | ${note} |`,
  );
  return [
    '# Restore to a point in time',
    '',
    `Measured on ${new Date().toISOString().slice(0, 10)} with \`npm run restore-drill -- --seats ` +
      `${seats}\` on ${cpus().length} cores (${cpus()[0]?.model.trim()}): PostgreSQL 15 and ` +
      'pgBackRest 2.45 of Debian 12, the configuration of `deploy/pgbackrest`.',
    '',
    `${before} purchases before ${at}, ${after} after it. The data folder was deleted, and the ` +
      'database was restored to that instant.',
    '',
    '| step | s | |',
    '|---|---:|---|',
    ...rows,
    '',
    problems.length === 0
      ? `All ${before} purchases before the instant are there, and none of the ${after} after it is. ` +
        `The database has the ${(seats + 2 * before).toLocaleString('en')} sold seats of that instant, ` +
        'and no query of `invariants.sql` returns a row.'
      : `Problems: ${problems.join('; ')}.`,
    '',
  ].join('\n');
}
