import { isDeepStrictEqual } from 'node:util';
import { migrate } from '@matinee/api';
import { brokenInvariants } from '@matinee/api/testing';
import { Pool } from 'pg';
import { atMost, inUnit } from './bench.ts';
import type { Bench, Finding } from './bench.ts';
import { expectedAnswer, groupings, readSold } from './chain-sums.ts';
import type { GroupName, ReportName, Sold } from './chain-sums.ts';
import { chainYear, fillChain } from './chain.ts';
import { cpuBetween, readCpu } from './cpu.ts';
import { median } from './load.ts';
import { startProduct } from './servers.ts';
import type { Server } from './servers.ts';
import type { Stage } from './stage.ts';
import { signToken } from './token.ts';

const spans = {
  /** In which summer time begins in two zones. */
  month: { from: `${chainYear}-03-01`, to: `${chainYear}-03-31`, limitMs: 150 },
  year: { from: `${chainYear}-01-01`, to: `${chainYear}-12-31`, limitMs: 1_200 },
};
type Span = keyof typeof spans;

/** Where a year has more rows than a report lists: 50,000. */
const longestOfShows = { from: `${chainYear}-08-01`, to: spans.year.to };

/** A report as somebody asks for it. */
interface Question {
  report: ReportName;
  groupBy: GroupName;
  span: Span;
  of: 'all' | 'one theater' | 'one movie';
  input: { from: string; to: string; theaterId?: string; movieId?: string };
}

interface Timed extends Question {
  rows: number;
  /** Milliseconds from the request to the last byte, by round. */
  times: number[];
  /** CPU milliseconds of the server and of PostgreSQL, all rounds. */
  cpuMs: number;
  /** CPU milliseconds of anything else meanwhile. */
  otherCpuMs: number;
}

/** Every report over a chain's month and year: by whatever, of all and of one. */
export async function measureReports({ options, stage }: Bench): Promise<Finding> {
  const chain = await openChain(stage, options.quick ? 2 : 20);
  try {
    const product = await startProduct({ ...stage, url: chain.url });
    try {
      const sold = await readSold(chain.pool);
      const timed = await askAll({ product, token: chain.token, sold, rounds: options.rounds });
      return toFinding(timed, sold, chain.filledInSeconds);
    } finally {
      await product.stop();
    }
  } finally {
    await chain.close();
  }
}

interface OpenChain {
  url: string;
  pool: Pool;
  /** Of the administrator. */
  token: string;
  filledInSeconds: number;
  close(): Promise<void>;
}

/** A database of its own beside the stage's: what is measured there keeps its size. */
async function openChain(stage: Stage, theaters: number): Promise<OpenChain> {
  const name = 'matinee_chain';
  await stage.pool.query(`create database ${name}`);
  const { href: url } = Object.assign(new URL(stage.url), { pathname: `/${name}` });
  const pool = new Pool({ connectionString: url, max: 2 });
  const close = async () => {
    await pool.end();
    await stage.pool.query(`drop database ${name}`);
  };
  try {
    await migrate({ url });
    const began = performance.now();
    await fillChain(pool, { theaters, users: theaters * 1_000 });
    const filledInSeconds = Math.round((performance.now() - began) / 1000);
    const broken = Object.keys(await brokenInvariants(pool));
    if (broken.length > 0) {
      throw new Error(`The chain breaks the invariants: ${broken.join('; ')}`);
    }
    return { url, pool, token: await signIn(pool), filledInSeconds, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function signIn(pool: Pool): Promise<string> {
  const {
    rows: [admin],
  } = await pool.query<{ id: string; email: string; sessionId: string }>(
    `select u.id, u.email, s.id as "sessionId" from users u join sessions s on s.user_id = u.id`,
  );
  if (!admin) {
    throw new Error('The chain has nobody who may read reports');
  }
  return signToken(admin);
}

interface Asking {
  product: Server;
  token: string;
  sold: Sold[];
  rounds: number;
}

/** One round whose answers are compared with our own sums, then the rounds whose times count. */
async function askAll({ product, token, sold, rounds }: Asking): Promise<Timed[]> {
  const timed: Timed[] = [];
  for (const question of questionsOf(sold)) {
    const { answer } = await ask(product, token, question);
    assertExact(question, answer, sold);
    timed.push({ ...question, rows: answer.rows.length, times: [], cpuMs: 0, otherCpuMs: 0 });
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const question of timed) {
      const before = readCpu(product.pid);
      const { took } = await ask(product, token, question);
      const cpu = cpuBetween(before, readCpu(product.pid));
      const own = cpu.server + cpu.postgres;
      question.times.push(took);
      question.cpuMs += own * 1000;
      question.otherCpuMs += (cpu.machine - own - cpu.generator) * 1000;
    }
    process.stderr.write(`  round ${round} of ${rounds}\n`);
  }
  return timed;
}

/** The theater and the movie that sold the most. */
function questionsOf(sold: Sold[]): Question[] {
  const subjects = {
    all: {},
    'one theater': { theaterId: best(sold, 'theaterId') },
    'one movie': { movieId: best(sold, 'movieId') },
  };
  const spanNames = ['month', 'year'] as const;
  return groupings.flatMap(([report, names]) =>
    names.flatMap((groupBy) =>
      spanNames.flatMap((span) =>
        (['all', 'one theater', 'one movie'] as const).map((of) => {
          const isTooLong = groupBy === 'showtime' && span === 'year';
          const { from, to } = isTooLong ? longestOfShows : spans[span];
          const input = { from, to, ...subjects[of] };
          return { report, groupBy, span, of, input };
        }),
      ),
    ),
  );
}

function best(sold: Sold[], key: 'theaterId' | 'movieId'): string {
  const seats = new Map<string, number>();
  for (const show of sold) {
    seats.set(show[key], (seats.get(show[key]) ?? 0) + show.seats);
  }
  return [...seats].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}

interface Answer {
  rows: unknown[];
  totals: unknown;
}

async function ask(
  { url }: Server,
  token: string,
  { report, groupBy, input }: Question,
): Promise<{ answer: Answer; took: number }> {
  const popular = report === 'popularMovies';
  const path = popular ? 'popular-movies' : report;
  const query = new URLSearchParams({ ...input, ...(popular ? {} : { groupBy }) }).toString();
  const began = performance.now();
  const response = await fetch(`${url}/api/v1/admin/reports/${path}?${query}`, {
    // As the other loads: what packing costs is not the report's.
    headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'identity' },
  });
  const text = await response.text();
  const took = performance.now() - began;
  if (response.status !== 200) {
    throw new Error(`${path} ${query} answered ${response.status}: ${text.slice(0, 300)}`);
  }
  return { answer: (JSON.parse(text) as { data: Answer }).data, took };
}

/** @throws Error when a row or a total is not what our own sums say: the run has failed */
function assertExact({ report, groupBy, span, of, input }: Question, answer: Answer, sold: Sold[]) {
  const expected = expectedAnswer(sold, { report, groupBy, ...input });
  if (!isDeepStrictEqual([answer.rows, answer.totals], [expected.rows, expected.totals])) {
    const differs = (row: object, index: number) => !isDeepStrictEqual(row, answer.rows[index]);
    const place = expected.rows.findIndex(differs);
    const [is, should] = [answer, expected].map(({ rows, totals }) =>
      JSON.stringify(place === -1 ? totals : rows[place]),
    );
    throw new Error(`${report} by ${groupBy}, ${span}, ${of}: ${is} instead of ${should}`);
  }
}

function toFinding(timed: Timed[], sold: Sold[], filledInSeconds: number): Finding {
  const verdictOf = (span: Span) => {
    const { limitMs } = spans[span];
    const medians = timed.filter((each) => each.span === span).map(({ times }) => median(times));
    const what = `a ${span}, the slowest of ${medians.length} reports`;
    return inUnit('ms', atMost(what, Math.max(...medians), limitMs));
  };
  const count = (key: 'seats' | 'reservations') =>
    sold.reduce((sum, show) => sum + show[key], 0).toLocaleString('en');
  const shows = sold.length.toLocaleString('en');
  const elapsed = timed.flatMap(({ times }) => times).reduce((total, time) => total + time, 0);
  const others = timed.reduce((total, { otherCpuMs }) => total + otherCpuMs, 0) / elapsed;
  return {
    target: 'P8',
    title: 'reports over a year of a chain',
    rounds: {},
    verdicts: [verdictOf('month'), verdictOf('year')],
    notes: [
      `${shows} showtimes that took place, ${count('reservations')} reservations, ` +
        `${count('seats')} tickets; filled in ${filledInSeconds} s. Over HTTP, ms from the ` +
        `request to the last byte, the median of ${timed[0]?.times.length} with the worst in ` +
        'brackets; ' +
        'the theater and the movie are those that sold the most. CPU: of the server and ' +
        'PostgreSQL for one answer over all. Cores busy with something else meanwhile: ' +
        `${others.toFixed(1)}. By showtime, the year is its last five months: a report lists 50,000 rows.`,
      table(timed),
      `Every row and total of all ${timed.length} answers was compared with sums over ` +
        'reservation_seats, grouped by local time outside the database: no difference.',
    ],
  };
}

function table(timed: Timed[]): string {
  const head = timed.slice(0, 6).map(({ span, of }) => `${span}, ${of}`);
  const lines = Map.groupBy(timed, ({ report, groupBy }) => `${report} | ${groupBy}`);
  return [
    `| report | by | ${head.join(' | ')} | CPU, month · year | rows, year |`,
    `|---|---|${head.map(() => '---:|').join('')}---:|---:|`,
    ...[...lines].map(([name, cells]) => {
      const ofAll = cells.filter(({ of }) => of === 'all');
      const cpu = ofAll.map(({ cpuMs, times }) => Math.round(cpuMs / times.length)).join(' · ');
      const rows = ofAll.at(-1)?.rows.toLocaleString('en') ?? '';
      return `| ${name} | ${cells.map(inMs).join(' | ')} | ${cpu} | ${rows} |`;
    }),
  ].join('\n');
}

function inMs({ times }: Timed): string {
  return `${Math.round(median(times))} (${Math.round(Math.max(...times))})`;
}
