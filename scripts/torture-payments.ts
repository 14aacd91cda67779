import { readFile, rm, writeFile, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@matinee/embedded-postgres';
import { randomOf } from '../apps/server/test/races/customers.ts';
import { killOnce, kills } from '../apps/server/test/races/payment-kills.ts';
import { Till } from '../apps/server/test/races/till.ts';
import { describeMachine, readCommit } from './machine.ts';

/*
 * `npm run torture-payments -- [--kills N] [--seed S] [--report FILE]`
 *
 * Servers that sell for money are killed with SIGKILL in every moment of a purchase in turn, some
 * of them with PostgreSQL. After each kill money and seats are compared with the provider.
 */

const root = resolve(import.meta.dirname, '..');

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    report: { type: 'string', default: join(root, 'bench/results/torture-payments.md') },
  },
});
const wanted = Number(options.kills);
const random = randomOf(Number(options.seed));
const moments = Object.keys(kills);

interface Result {
  /** How often was killed in each moment. */
  counts: Record<string, number>;
  problems: string[];
  minutes: number;
}

async function torture(till: Till, isOver: () => boolean): Promise<Result> {
  const began = performance.now();
  const result: Result = { counts: {}, problems: [], minutes: 0 };
  for (let round = 0; round < wanted && result.problems.length === 0 && !isOver(); round += 1) {
    const moment = moments[round % moments.length] ?? '';
    result.problems.push(...(await killOnce(till, moment)));
    result.counts[moment] = (result.counts[moment] ?? 0) + 1;
    console.log(`${round + 1}: ${moment}; ${result.problems.length} violations`);
  }
  result.minutes = (performance.now() - began) / 60_000;
  return result;
}

function reportOf(till: Till, { counts, problems, minutes }: Result): string {
  const { servers, databases } = till.kills;
  const payments = till.stripe.payments();
  const rows = [
    ['Seed', options.seed],
    ['Duration', `${minutes.toFixed(1)} minutes`],
    ['Machine', describeMachine()],
    ['Commit', readCommit()],
    ['Versions', `Node ${process.version} (PostgreSQL with fsync on)`],
    ['Servers killed (SIGKILL)', servers],
    ['PostgreSQL killed (SIGKILL)', databases],
    ['Purchases', till.customers.length],
    ['Payments at the provider', payments.length],
    ['Paid there', payments.filter(({ status }) => status === 'succeeded').length],
    ['Refunds there', till.stripe.refunds().length],
    ['Left with the cinema', JSON.stringify(till.stripe.balance())],
    ['**Violations**', `**${problems.length}**`],
  ];
  return [
    '# Torture of payments',
    '',
    `${new Date().toISOString().slice(0, 10)}, by`,
    `\`npm run torture-payments -- --kills ${wanted} --seed ${options.seed}\`.`,
    'After each kill the customer came back or did not, hours passed, the jobs ran, and then the seats,',
    'the books, the provider’s balance, the responses to the customer and the invariants were compared.',
    '',
    '| | |',
    '|---|---|',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
    '| killed | times |',
    '|---|---:|',
    ...Object.entries(counts).map(([moment, times]) => `| ${moment} | ${times} |`),
    ...(problems.length > 0 ? ['', '```', ...problems.slice(0, 20), '```'] : []),
    '',
  ].join('\n');
}

const folder = await mkdtemp(join(tmpdir(), 'matinee-torture-'));
const postgres = await startEmbeddedPostgres({ dataDir: folder });
const killDatabase = async () => {
  const pidFile = join(postgres.dataDir, 'postgres', 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (pid > 0) {
    process.kill(pid, 'SIGKILL');
  }
};
let isOver = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => (isOver = true));
}
let till: Till | undefined;
try {
  till = await Till.open({ databaseUrl: postgres.url, random, killDatabase });
  const result = await torture(till, () => isOver);
  const text = reportOf(till, result);
  await mkdir(dirname(options.report), { recursive: true });
  await writeFile(options.report, text);
  console.log(`\n${text}\nWritten to ${relative(process.cwd(), options.report)}`);
  process.exitCode = result.problems.length === 0 ? 0 : 1;
} finally {
  await till?.close();
  await postgres.stop();
  await rm(postgres.dataDir, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}
