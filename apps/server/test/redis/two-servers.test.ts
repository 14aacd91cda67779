import { aShowtime, aUser } from '@matinee/api/testing';
import type { Scene } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRedisStore } from '../../src/redis.ts';
import type { RedisStore } from '../../src/redis.ts';
import { freePorts, lacks } from '../deploy/programs.ts';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { RedisServer } from './redis-server.ts';

/* Two servers with one database and one Redis, whose readers and viewers must not notice what becomes of it. */

const quiet = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
/** How old an anonymous map may be. */
const mostMs = 250;
/** How long a statement may take between what it sees and its clock. */
const statementMs = 50;
/** Seats that the customer locks before all are released: below the limit. */
const mostLocked = 8;

describe.skipIf(lacks('redis-server'))('two servers that share maps in Redis', () => {
  let redis: RedisServer;
  const stores: RedisStore[] = [];
  const servers: TestServer[] = [];
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    redis = new RedisServer(port);
    await redis.start();
    for (const url of [undefined, () => servers[0]?.databaseUrl]) {
      const store = await createRedisStore(redis.url, quiet as never);
      if (store) {
        stores.push(store);
        servers.push(await startTestServer({}, url?.(), { snapshots: store }));
      }
    }
    await whileUp();
  });
  afterAll(async () => {
    stores.forEach((store) => store.close());
    for (const server of servers.toReversed()) {
      await server.close();
    }
    redis.thaw();
    await redis.kill();
  });

  /** Waits until both servers reach Redis. */
  const whileUp = () =>
    vi.waitFor(() => expect(stores.map(({ isUp }) => isUp)).toEqual([true, true]), 10_000);

  /** Where the servers have taken maps from so far. */
  async function taken() {
    const counts = { database: 0, store: 0, ignored: 0 };
    for (const { metrics } of servers) {
      const metric = await metrics.registry.getSingleMetric('matinee_snapshots_total')?.get();
      for (const { labels, value } of metric?.values ?? []) {
        counts[labels['source'] as keyof typeof counts] += value;
      }
    }
    return counts;
  }

  async function aShow() {
    const [server] = servers;
    if (!server) {
      throw new Error('No server');
    }
    const scene = await aShowtime(server.app, { seats: 20 });
    return { ...scene, user: await aUser(server.app) };
  }

  test('read a watched map half as often', async () => {
    const { showtime } = await aShow();
    const leave = new AbortController();
    const viewers = servers.map(({ url }) => watch(url, showtime.id, leave.signal));
    await Promise.all(viewers.map(({ begun }) => begun));
    const before = await taken();
    await vi.waitFor(async () => {
      expect((await taken()).database - before.database).toBeGreaterThanOrEqual(12);
    }, 20_000);
    const after = await taken();
    leave.abort();
    await Promise.all(viewers.map(({ over }) => over));
    const [database, store] = [after.database - before.database, after.store - before.store];

    // As many from Redis, but for rounds in which a busy machine was late.
    expect(store).toBeGreaterThanOrEqual(database * 0.6);
    expect(after.ignored - before.ignored).toBe(0);
  });

  test('show what is and nothing older, while Redis is killed, comes back, and stands still', async () => {
    const scene = await aShow();
    const sale = new Sale(scene, servers);
    const readers = servers.map(({ url }) => sale.read(url));
    const changes = sale.change();
    const leave = new AbortController();
    const viewers = servers.map(({ url }) => watch(url, scene.showtime.id, leave.signal));
    await sale.progress(20);
    const shared = (await taken()).store;
    expect(shared).toBeGreaterThan(0);

    await redis.kill();
    await sale.progress(40);
    await redis.start();
    await whileUp();
    await sale.progress(20);
    for (const seconds of [0.3, 1.2]) {
      redis.freeze();
      await sale.progress(20, seconds);
      redis.thaw();
      await sale.progress(20);
      await whileUp();
      await sale.progress(20);
    }
    expect((await taken()).store).toBeGreaterThan(shared);

    sale.end();
    await Promise.all([...readers, changes]);
    const last = (await sale.mapAt(servers[0]?.url ?? '')).version;
    await vi.waitFor(() => {
      expect(viewers.map(({ version }) => version())).toEqual([last, last]);
    }, 5_000);
    leave.abort();
    await Promise.all(viewers.map(({ over }) => over));
    expect(sale.problems).toEqual([]);
    expect(servers.flatMap(({ errors }) => errors)).toEqual([]);
  });
});

interface Map {
  version: string;
  now: string;
  seats: { id: string; status: string }[];
}

type Show = Scene & { user: Awaited<ReturnType<typeof aUser>> };

/** The locked seats after a change: from when they can have been so, and since when they must be. */
interface State {
  locked: string[];
  fromMs: number;
  sinceMs: number;
}

/** Seats that are locked and released one after the other, and what readers see of it. */
class Sale {
  readonly problems: string[] = [];
  readonly #show: Show;
  readonly #servers: readonly TestServer[];
  /** What the map was after each change: from when it can have been so, and since when it must be. */
  readonly #states: State[] = [{ locked: [], fromMs: 0, sinceMs: 0 }];
  #responses = 0;
  #newestMs = 0;
  #changes = 0;
  #isOver = false;

  constructor(show: Show, servers: readonly TestServer[]) {
    this.#show = show;
    this.#servers = servers;
  }

  end(): void {
    this.#isOver = true;
  }

  /** Until so many more changes have been made and maps been read, in so many seconds or more. */
  async progress(count: number, seconds = 0): Promise<void> {
    const [changes, responses] = [this.#changes + count, this.#responses + count];
    const nowMs = Date.now() + seconds * 1_000;
    await vi.waitFor(() => {
      const isThere = this.#changes >= changes && this.#responses >= responses;
      if (this.problems.length > 0 || !isThere || this.#newestMs < nowMs) {
        throw new Error(this.problems.join('\n') || 'Not yet');
      }
    }, 30_000);
  }

  async change(): Promise<void> {
    const { showtime, seatIds, user } = this.#show;
    const showtimeId = showtime.id;
    for (let turn = 0; !this.#isOver; turn += 1) {
      const locked = this.#states.at(-1)?.locked ?? [];
      const seatId = seatIds[turn % seatIds.length] ?? '';
      const isFull = locked.length >= mostLocked;
      const state = {
        locked: isFull ? [] : [...locked, seatId].toSorted(),
        fromMs: Date.now(),
        sinceMs: Number.POSITIVE_INFINITY,
      };
      this.#states.push(state);
      await (isFull
        ? user.call.showtimes.unlockSeats({ showtimeId, seatIds: locked })
        : user.call.showtimes.lockSeats({ showtimeId, seatIds: [seatId] }));
      state.sinceMs = Date.now();
      this.#changes += 1;
    }
  }

  async read(url: string): Promise<void> {
    while (!this.#isOver) {
      const askedMs = Date.now();
      const map = await this.mapAt(url);
      this.#responses += 1;
      this.#newestMs = Math.max(this.#newestMs, Date.parse(map.now));
      const ageMs = askedMs - Date.parse(map.now);
      if (ageMs > mostMs) {
        this.problems.push(`A map was ${ageMs} ms old`);
      }
      if (!this.#canBe(map)) {
        this.problems.push(`A map of ${map.now} was never so`);
      }
    }
  }

  async mapAt(url: string): Promise<Map> {
    const response = await fetch(`${url}/api/v1/showtimes/${this.#show.showtime.id}/seats`);
    if (response.status !== 200) {
      this.problems.push(
        `${response.status} at ${this.#servers.findIndex((each) => each.url === url)}`,
      );
    }
    return ((await response.json()) as { data: Map }).data;
  }

  /** Whether the seats were so at the instant of the map. A change under way may have been made or not. */
  #canBe({ now, seats }: Map): boolean {
    const nowMs = Date.parse(now);
    const locked = seats.filter(({ status }) => status === 'locked').map(({ id }) => id);
    const seen = locked.toSorted().join();
    return this.#states.some((state, index) => {
      const endMs = this.#states[index + 1]?.sinceMs ?? Number.POSITIVE_INFINITY;
      return state.locked.join() === seen && state.fromMs <= nowMs && nowMs <= endMs + statementMs;
    });
  }
}

/** A viewer of the live map. */
function watch(url: string, showtimeId: string, signal: AbortSignal) {
  let version = '';
  const begun = Promise.withResolvers<void>();
  const follow = async () => {
    const response = await fetch(`${url}/api/v1/showtimes/${showtimeId}/events`, { signal });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      version = /.*"version":"([^"]+)"/s.exec(text)?.[1] ?? version;
      if (version !== '') {
        begun.resolve();
      }
    }
  };
  const over = follow().catch((error: unknown) => {
    if (!signal.aborted) {
      throw error;
    }
  });
  return { begun: begun.promise, over, version: () => version };
}
