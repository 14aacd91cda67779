import { setTimeout as delay } from 'node:timers/promises';
import { migrate } from '@matinee/api';
import { Pool } from 'pg';
import { atMost } from './bench.ts';
import type { Bench, Finding } from './bench.ts';
import { cpuBetween, readCpu } from './cpu.ts';
import { fill } from './fill.ts';
import { applyLoad, median } from './load.ts';
import type { Call } from './load.ts';
import { startProduct } from './servers.ts';
import type { Server } from './servers.ts';
import { assertSound, freeSeats, readStage } from './stage.ts';
import type { Sale, Stage, User } from './stage.ts';
import { cancel, rest } from './surfaces.ts';

/** To each server. */
const usual = 32;
const showtimes = [1, 10, 100, 1_000, 10_000];
const processes = [1, 2, 4];
const widest = Math.max(...processes) * usual;

/** What a purchase and its cancellation cost. */
interface Cost {
  name: string;
  perSecond: number;
  serverMs: number;
  postgresMs: number;
  /** Mean number of locks in a round trip. */
  batch: number;
}

/** What customers cost from one showtime on sale to ten thousand, and from one server to four. */
export async function measureGrowth({ stage, options }: Bench): Promise<Finding> {
  const { large, close } = await openLarge(stage);
  // Mails are the work of one server, however many there are.
  const start = () => startProduct(large, { env: { JOBS: 'off' } });
  const servers: Server[] = [];
  try {
    for (let started = 0; started < Math.max(...processes); started += 1) {
      servers.push(await start());
    }
    const byShows: Record<string, Cost[]> = {};
    const byServers: Record<string, Cost[]> = {};
    const measure = async (into: Record<string, Cost[]>, run: Omit<Run, 'seconds'>) => {
      const cost = await costOf(large, { ...run, seconds: options.seconds });
      (into[run.name] ??= []).push(cost);
    };
    const first = servers.slice(0, 1);
    for (const server of servers) {
      await costOf(large, { name: 'warm-up', servers: [server], shows: 1_000, seconds: 2 });
    }
    for (let round = 0; round < options.rounds; round += 1) {
      for (const shows of showtimes) {
        const name = `${shows.toLocaleString('en')} on sale`;
        await measure(byShows, { name, servers: first, shows });
      }
      for (const count of processes) {
        const name = `${count} of ${processes.at(-1)} servers`;
        await measure(byServers, { name, servers: servers.slice(0, count), shows: 1_000 });
      }
      const together = `1 of ${processes.at(-1)} servers, ${2 * usual} connections`;
      const doubled = { servers: first, shows: 1_000, connections: 2 * usual };
      await measure(byServers, { name: together, ...doubled });
    }
    return finding(byShows, byServers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await close();
  }
}

async function openLarge(stage: Stage) {
  const name = 'matinee_large';
  await stage.pool.query(`create database ${name}`);
  const { href: url } = Object.assign(new URL(stage.url), { pathname: `/${name}` });
  await migrate({ url });
  const pool = new Pool({ connectionString: url, max: 2 });
  await fill(pool, { history: 30_000, onSale: Math.max(...showtimes), users: 1_024 });
  await pool.end();
  const large = await readStage(url, stage.folder);
  const close = async () => {
    await large.close();
    await stage.pool.query(`drop database ${name} with (force)`);
  };
  return { large, close };
}

interface Run {
  name: string;
  servers: Server[];
  /** Showtimes among which the purchases are spread. */
  shows: number;
  seconds: number;
  /** To each server. */
  connections?: number;
}

async function costOf(stage: Stage, run: Run): Promise<Cost> {
  const { name, servers, shows, seconds, connections = usual } = run;
  const customers = new Customers(stage, stage.sales.slice(0, shows));
  const before = servers.map(({ pid }) => readCpu(pid));
  const batchesBefore = await lockBatches(servers);
  const measured = await Promise.all(
    servers.map((server, place) => {
      const client = (index: number) => customers.client(place * usual + index);
      return applyLoad({ server, connections, seconds, client });
    }),
  );
  const used = servers.map(({ pid }, place) =>
    cpuBetween(before[place] ?? readCpu(pid), readCpu(pid)),
  );
  await delay(300);
  const refused = measured
    .flatMap(({ statuses }) => Object.keys(statuses))
    .filter((status) => !status.startsWith('2'));
  if (refused.length > 0) {
    throw new Error(`${name}: answers with ${refused.join(', ')}.`);
  }
  const batches = await lockBatches(servers);
  await assertSound(stage);
  await freeSeats(stage);
  const rounds = measured.reduce((sum, { answers }) => sum + answers, 0) / steps.length;
  return {
    name,
    perSecond: rounds / seconds,
    serverMs: (used.reduce((sum, { server }) => sum + server, 0) * 1_000) / rounds,
    postgresMs: ((used[0]?.postgres ?? 0) * 1_000) / rounds,
    batch: (batches.calls - batchesBefore.calls) / (batches.batches - batchesBefore.batches),
  };
}

/** Locks that servers have sent to the database, and in how many round trips. */
async function lockBatches(servers: readonly Server[]) {
  const pages = await Promise.all(
    servers.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
  );
  const sum = (name: string) =>
    pages.reduce((total, page) => {
      const [, value = '0'] = new RegExp(`^${name}\\{kind="lock"\\} (\\S+)`, 'm').exec(page) ?? [];
      return total + Number(value);
    }, 0);
  return { calls: sum('matinee_batch_calls_total'), batches: sum('matinee_batches_total') };
}

const steps = ['lock', 'confirm', 'cancel'] as const;

/**
 * Each locks two seats, buys them and gives them back, so that few showtimes last as long as many. A
 * customer has seats of their own in each showtime.
 */
class Customers {
  readonly #users: User[];
  readonly #sales: Sale[];

  constructor({ users }: Stage, sales: Sale[]) {
    this.#users = users;
    this.#sales = sales;
  }

  client(customer: number) {
    const own = this.#users.filter((_, index) => index % widest === customer);
    let turn = -1;
    let reservationId = '';
    return {
      next: (): Call => {
        turn += 1;
        const round = Math.floor(turn / steps.length);
        const user = own[round % own.length];
        const sale = this.#sales[(customer + round * widest) % this.#sales.length];
        if (!user || !sale) {
          throw new Error('There are not enough users or showtimes.');
        }
        const step = steps[turn % steps.length] ?? 'lock';
        const pair = (customer * 2) % sale.seatIds.length;
        const seatIds = sale.seatIds.slice(pair, pair + 2);
        return step === 'cancel'
          ? cancel(user, reservationId)
          : rest[step]({ user, showtimeId: sale.showtimeId, seatIds });
      },
      onAnswer: (_status: number, body: string) => {
        if (steps[turn % steps.length] === 'confirm') {
          [, reservationId = ''] = /"id":"([^"]+)"/.exec(body) ?? [];
        }
      },
    };
  }
}

function finding(byShows: Record<string, Cost[]>, byServers: Record<string, Cost[]>): Finding {
  const dearest = (of: Record<string, Cost[]>) => {
    const costs = Object.values(of).map(cpuOf);
    return Math.max(...costs) / Math.min(...costs);
  };
  return {
    target: 'P10',
    title: 'what customers cost as more is on sale and on more servers',
    rounds: {},
    verdicts: [
      atMost('from 1 to 10,000 showtimes: dearest of cheapest', dearest(byShows), 1.2),
      atMost('from 1 to 4 servers: dearest of cheapest', dearest(byServers), 1.2),
    ],
    notes: [
      `${usual} connections to each server; each customer locks two seats, buys them and ` +
        'gives them back, in one showtime after the other. CPU of the servers and of PostgreSQL ' +
        'for these three requests; medians of the rounds. Of two cores in all, PostgreSQL, four ' +
        'servers and the generator have a part each. Servers make batches of their own: what two ' +
        'serve costs more than what one serves with as many connections as both, and its batches are ' +
        'larger than theirs. The rate is that of the machine, which is full with one server.',
      table(byShows),
      table(byServers),
    ],
  };
}

const cpuOf = (costs: readonly Cost[]) =>
  median(costs.map(({ serverMs, postgresMs }) => serverMs + postgresMs));

function table(of: Record<string, Cost[]>): string {
  const rows = Object.entries(of).map(([name, costs]) => {
    const figure = (key: Exclude<keyof Cost, 'name'>) => median(costs.map((cost) => cost[key]));
    const cpu = `${figure('serverMs').toFixed(2)} + ${figure('postgresMs').toFixed(2)}`;
    const rate = Math.round(figure('perSecond')).toLocaleString('en');
    return `| ${name} | ${rate} | ${cpu} | ${figure('batch').toFixed(1)} |`;
  });
  const head = '| | customers/s | CPU ms, servers + PostgreSQL | locks in a batch |';
  return [head, '|---|---:|---:|---:|', ...rows].join('\n');
}
