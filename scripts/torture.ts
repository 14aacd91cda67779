import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { brokenInvariants } from '@matinee/api/testing';
import { startEmbeddedPostgres } from '@matinee/embedded-postgres';
import type { EmbeddedPostgres } from '@matinee/embedded-postgres';
import { Customer, expectedOutcomes, randomOf, shop } from '../apps/server/test/races/customers.ts';
import type { Account, Market, Sale } from '../apps/server/test/races/customers.ts';
import { exchange } from '../apps/server/test/races/exchange.ts';
import { describeUnexplained, findUnexplained } from '../apps/server/test/races/history.ts';
import type { Entry } from '../apps/server/test/races/log.ts';
import { openPool, startServerProcess } from '../apps/server/test/races/processes.ts';
import type { ServerProcess } from '../apps/server/test/races/processes.ts';
import {
  doubleSales,
  lostAcknowledgements,
  readClockOffset,
  takeStock,
} from '../apps/server/test/races/stock.ts';
import { progress, report } from './torture-report.ts';
import type { Figures } from './torture-report.ts';

/*
 * `npm run torture -- --minutes N [--seed S] [--clients C] [--servers K] [--report FILE]`
 *
 * A crowd buys the same few seats from several servers on one PostgreSQL, which are all killed
 * again and again with SIGKILL. In rounds: at the end of each everybody goes home, and then every
 * answer of the round has to be explained, every acknowledgement has to be in the database, and the
 * invariants have to hold; what was checked is dropped, so that it can go on for hours.
 *
 * The seed decides who wants what and when something is killed; what meets what is up to the
 * machine.
 */

const root = resolve(import.meta.dirname, '..');

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    clients: { type: 'string', default: '100' },
    servers: { type: 'string', default: '3' },
    report: { type: 'string', default: join(root, 'bench/results/torture.md') },
  },
});
const minutes = Number(options.minutes);
const seed = Number(options.seed);

/** Short clocks: locks run out all the time, and while something is down. */
const clocks = { SEAT_LOCK_TTL_MINUTES: '0.05', SEAT_LOCK_MAX_MINUTES: '0.15' };
const rules = { ttlMs: 3_000, maxMs: 9_000 };
const roundMs = 25_000;
const salesAtOnce = 3;
const seatsPerSale = 8;

/** Between two kills, on average. A restarted postmaster gives up after five crashes a minute. */
const serverKillMs = 3_000;
const databaseKillMs = { least: 15_000, most: 20_000 };

/** The place of one server: now and then there is none in it. */
interface Place {
  server: ServerProcess | undefined;
  killedAt: number | undefined;
}

class Torture {
  readonly figures: Figures = {
    rounds: 0,
    tally: {},
    calls: {},
    doubles: 0,
    lost: 0,
    histories: 0,
    undecided: 0,
    problems: [],
    serverKills: 0,
    databaseKills: 0,
    serverRecoveries: [],
    databaseRecoveries: [],
  };
  readonly began = performance.now();
  readonly #postgres: EmbeddedPostgres;
  readonly #places: Place[];
  readonly #pool: ReturnType<typeof openPool>;
  readonly #random = randomOf(seed);
  readonly #market: Market;
  readonly #restarts = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  #databaseKilledAt: number | undefined;
  #databaseKillDue = 0;
  #accounts: Account[] = [];

  constructor(postgres: EmbeddedPostgres) {
    this.#postgres = postgres;
    this.#pool = openPool(postgres.url);
    this.#places = Array.from({ length: Number(options.servers) }, () => ({
      server: undefined,
      killedAt: undefined,
    }));
    this.#market = {
      servers: [],
      log: [],
      clockOffsetMs: 0,
      tally: this.figures.tally,
      patienceMs: 60_000,
      hurried: 0.003,
      onReply: (reply) => this.#noteRecovery(reply),
    };
  }

  /** Until the time is over, it is told to end, or something is wrong. */
  async run(): Promise<void> {
    this.#databaseKillDue = performance.now() + databaseKillMs.most;
    // Migrates, and leaves the compiled modules behind on its way out: starts are half of the work.
    await (await this.#startServer()).stop();
    await Promise.all(this.#places.map((place) => this.#occupy(place)));
    this.#accounts = await this.#register(Number(options.clients));
    const until = performance.now() + minutes * 60_000;
    const { signal } = this.#ending;
    while (performance.now() < until && this.figures.problems.length === 0 && !signal.aborted) {
      await this.#round(Math.min(roundMs, until - performance.now()));
    }
  }

  /** In the round that is under way. */
  get soldInRound(): number {
    const isSale = ({ call, answer }: Entry) => call.kind === 'confirm' && answer.outcome === 'ok';
    return this.#market.log.filter(isSale).length;
  }

  end(): void {
    this.#ending.abort();
  }

  async close(): Promise<void> {
    await Promise.all(this.#restarts);
    await Promise.all(this.#places.flatMap(({ server }) => server?.stop() ?? []));
    await this.#pool.end();
  }

  async version(): Promise<string> {
    const { rows } = await this.#pool.query<{ version: string }>(
      `select current_setting('server_version') as version`,
    );
    return rows[0]?.version ?? '';
  }

  async #round(ms: number): Promise<void> {
    const market = this.#market;
    market.clockOffsetMs = await readClockOffset(this.#pool);
    const sales = await Promise.all(Array.from({ length: salesAtOnce }, () => this.#openSale()));
    const over = new AbortController();
    const faults = [this.#killServers(over.signal), this.#killDatabase(over.signal)];
    const shopping = sales.flatMap((sale, which) =>
      this.#accounts
        .filter((_account, index) => index % sales.length === which)
        .map((account, index) => {
          const random = randomOf(seed + 1_000 * this.figures.rounds + 100 * which + index);
          return shop(new Customer(market, account, random), sale, () => over.signal.aborted);
        }),
    );
    await delay(ms, undefined, { signal: this.#ending.signal }).catch(() => {});
    over.abort();
    await Promise.all([...faults, ...shopping]);
    await Promise.all(this.#restarts);
    await this.#check(sales);
    this.figures.rounds += 1;
  }

  /** Everything that was told in the round against everything that is there. */
  async #check(sales: Sale[]): Promise<void> {
    const pool = this.#pool;
    const { figures } = this;
    const stock = await Promise.all(sales.map((sale) => takeStock(pool, sale)));
    const log = [...this.#market.log, ...stock];
    const doubles = doubleSales(log);
    const lost = await lostAcknowledgements(pool, log);
    const broken = Object.entries(await brokenInvariants(pool));
    const servers = this.#places.flatMap(({ server }) => server ?? []);
    const fallen = servers.filter((server) => !server.isRunning());
    const strange = Object.keys(figures.tally).filter((code) => !expectedOutcomes.has(code));
    const unexplained = findUnexplained(log, rules);
    figures.histories += sales.length * seatsPerSale;
    figures.undecided += unexplained.filter(({ undecided }) => undecided).length;
    figures.doubles += doubles.length;
    figures.lost += lost.length;
    figures.problems.push(
      ...doubles,
      ...lost,
      ...unexplained.filter(({ undecided }) => !undecided).map(describeUnexplained),
      ...broken.map(([name, rows]) => `${name}: ${JSON.stringify(rows.slice(0, 3))}`),
      ...strange.map((code) => `An answer that must not occur: ${code}`),
      ...fallen.map((server) => `A server ended by itself: ${server.output().slice(-2_000)}`),
    );
    this.#count(log);
    this.#market.log = [];
    if (figures.problems.length === 0) {
      await pool.query(
        `truncate reservation_events, reservation_seats, seat_claims, reservations, reservation_log,
           payments, refunds, incidents, idempotency_keys, outbox, deliveries cascade`,
      );
    }
  }

  #count(log: readonly Entry[]): void {
    const { calls } = this.figures;
    for (const { call, answer } of log) {
      const name = `${call.kind} ${answer.outcome}`;
      calls[name] = (calls[name] ?? 0) + 1;
    }
  }

  // --- Faults. ---

  async #killServers(signal: AbortSignal): Promise<void> {
    while (await pause(2 * serverKillMs * this.#random(), signal)) {
      const standing = this.#places.filter(({ server }) => server !== undefined);
      // On a busy machine starts take long: somebody should be there to be killed at work.
      if (standing.length < Math.min(2, this.#places.length)) {
        continue;
      }
      const isMassacre = this.#random() < 0.1;
      const first = Math.floor(this.#random() * standing.length);
      const victims = isMassacre ? standing : standing.slice(first, first + 1);
      for (const place of victims) {
        const restart = this.#kill(place);
        this.#restarts.add(restart);
        void restart.finally(() => this.#restarts.delete(restart));
      }
    }
  }

  async #kill(place: Place): Promise<void> {
    const { server } = place;
    place.server = undefined;
    place.killedAt = performance.now();
    this.figures.serverKills += 1;
    this.#market.servers = this.#addresses();
    await server?.kill();
    await this.#occupy(place);
  }

  /** Starts a server; while PostgreSQL is down it takes more than one attempt. */
  async #occupy(place: Place): Promise<void> {
    let failure: unknown;
    for (let attempt = 0; place.server === undefined && attempt < 20; attempt += 1) {
      place.server = await this.#startServer().catch((error: unknown) => {
        failure = error;
        return undefined;
      });
    }
    if (place.server === undefined) {
      this.figures.problems.push(`A server does not start again: ${String(failure)}`);
    }
    this.#market.servers = this.#addresses();
  }

  #startServer(): Promise<ServerProcess> {
    const { url: databaseUrl, dataDir } = this.#postgres;
    const env = { ...clocks, NODE_COMPILE_CACHE: join(dataDir, 'compile-cache') };
    return startServerProcess({ databaseUrl, env, jobs: true });
  }

  #addresses(): string[] {
    return this.#places.flatMap(({ server }) => server?.url ?? []);
  }

  async #killDatabase(signal: AbortSignal): Promise<void> {
    const { least, most } = databaseKillMs;
    // The due time outlasts the round: between rounds nothing is killed.
    while (await pause(this.#databaseKillDue - performance.now(), signal)) {
      this.#databaseKillDue = performance.now() + least + (most - least) * this.#random();
      const pidFile = join(this.#postgres.dataDir, 'postgres', 'postmaster.pid');
      const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
      if (pid > 0) {
        this.#databaseKilledAt = performance.now();
        this.figures.databaseKills += 1;
        process.kill(pid, 'SIGKILL');
      }
    }
  }

  #noteRecovery({ server, status, start }: { server: string; status: number; start: number }) {
    const { serverRecoveries, databaseRecoveries } = this.figures;
    const now = performance.now();
    const place = this.#places.find((each) => each.server?.url === server);
    if (place?.killedAt !== undefined && status < 500) {
      serverRecoveries.push((now - place.killedAt) / 1_000);
      place.killedAt = undefined;
    }
    const killedAt = this.#databaseKilledAt;
    if (killedAt !== undefined && status < 300 && start > killedAt) {
      databaseRecoveries.push((now - killedAt) / 1_000);
      this.#databaseKilledAt = undefined;
    }
  }

  // --- The scene. ---

  async #register(count: number): Promise<Account[]> {
    const accounts: Account[] = [];
    while (accounts.length < count) {
      const some = Array.from({ length: Math.min(10, count - accounts.length) }, async () => {
        const body = { email: `${crypto.randomUUID()}@example.com`, password: crypto.randomUUID() };
        const { data } = await this.#post('/auth/register', body);
        const { id } = data.user as { id: string };
        return { id, token: String(data.accessToken) };
      });
      accounts.push(...(await Promise.all(some)));
    }
    await this.#pool.query(`update users set role = 'admin' where id = $1`, [accounts[0]?.id]);
    return accounts;
  }

  async #openSale(): Promise<Sale> {
    const rows = [{ label: 'A', seats: seatsPerSale }];
    const name = crypto.randomUUID();
    const theater = await this.#post('/theaters', { name, timezone: 'UTC', rows });
    const film = { title: name, genre: 'Drama', durationMinutes: 90 };
    const movie = await this.#post('/movies', film);
    const startTime = new Date(Date.now() + 7 * 86_400_000).toISOString();
    const ids = { movieId: movie.data.id, theaterId: theater.data.id };
    const showtime = await this.#post('/showtimes', { ...ids, startTime, price: '10.00' });
    const seats = theater.data.seats as { id: string }[];
    return { showtimeId: String(showtime.data.id), seatIds: seats.map(({ id }) => id) };
  }

  async #post(path: string, body: object) {
    const [server = ''] = this.#market.servers;
    const token = this.#accounts[0]?.token;
    const reply = await exchange(server, { method: 'POST', path, token, body });
    if (reply.status !== 201) {
      throw new Error(`${path}: ${reply.text}`);
    }
    return reply;
  }
}

/** @returns false when it is over */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  await delay(ms, undefined, { signal }).catch(() => {});
  return !signal.aborted;
}

const dataDir = await mkdtemp(join(tmpdir(), 'matinee-torture-'));
const postgres = await startEmbeddedPostgres({ dataDir });
const torture = new Torture(postgres);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => torture.end());
}
const ticking = setInterval(() => console.log(progress(torture)), 5_000);
try {
  await torture.run();
  const { servers, clients } = options;
  const postgresVersion = await torture.version();
  const settings = { minutes, seed, servers, clients, postgresVersion };
  const text = await report(torture, settings, options.report);
  await mkdir(dirname(options.report), { recursive: true });
  await writeFile(options.report, text);
  console.log(`\n${text}\nWritten to ${relative(process.cwd(), options.report)}`);
  process.exitCode = torture.figures.problems.length === 0 ? 0 : 1;
} finally {
  clearInterval(ticking);
  await torture.close();
  await postgres.stop();
  await rm(postgres.dataDir, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}
