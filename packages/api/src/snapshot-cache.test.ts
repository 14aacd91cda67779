import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MemoryStore } from '../test/memory-store.ts';
import { noObserver } from './observer.ts';
import { SharedSnapshots } from './shared-snapshots.ts';
import type { Installation } from './shared-snapshots.ts';
import { Programmes } from './showtimes/programmes.ts';
import { SnapshotCache } from './snapshot-cache.ts';

interface Snapshot {
  reading: number;
}

const installation: Installation = { identity: '1/2/matinee', version: '1.0.0', secret: 's' };

/** A server of an installation, with the readings that it has made. */
class Server {
  readonly taken: string[] = [];
  readonly #cache: SnapshotCache<Snapshot>;
  readings = 0;

  constructor(store?: MemoryStore, other: Partial<Installation> = {}) {
    const snapshots = store && new SharedSnapshots(store, { ...installation, ...other });
    this.#cache = new SnapshotCache<Snapshot>({
      name: 'thing',
      maxAgeMs: 250,
      observer: { ...noObserver, snapshotTaken: (_name, source) => this.taken.push(source) },
      shared: {
        snapshots,
        form: {
          encode: ({ reading }) => String(reading),
          decode: (text) => {
            if (text === 'broken') {
              throw new Error('broken');
            }
            return text === 'outdated' ? undefined : { reading: Number(text) };
          },
        },
      },
    });
  }

  get(key = 'a', read: () => Promise<Snapshot> = async () => this.read()): Promise<Snapshot> {
    return this.#cache.get(key, read);
  }

  read(): Snapshot {
    this.readings += 1;
    return { reading: this.readings };
  }
}

let now = 0;
/** Lets time pass here and in the stores. */
function pass(ms: number, ...stores: MemoryStore[]): void {
  now += ms;
  stores.forEach((store) => (store.clock += ms));
}

beforeEach(() => {
  now = 5_000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => vi.restoreAllMocks());

test('callers within the greatest age share one reading, and later ones the next', async () => {
  const server = new Server();
  const [first, same] = await Promise.all([server.get(), server.get()]);
  pass(249);
  const young = await server.get();
  pass(1);
  const next = await server.get();

  expect([same, young]).toEqual([first, first]);
  expect([first.reading, next.reading]).toEqual([1, 2]);
  expect(server.taken).toEqual(['database', 'database']);
});

test('a reading that fails fails its callers, and is not kept', async () => {
  const server = new Server();
  const fail = async (): Promise<Snapshot> => Promise.reject(new Error('away'));
  const failed = await Promise.allSettled([server.get('a', fail), server.get('a', fail)]);

  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await server.get()).toEqual({ reading: 1 });
});

test('keys have snapshots of their own', async () => {
  const server = new Server(new MemoryStore());
  expect([await server.get('a'), await server.get('b')]).toEqual([{ reading: 1 }, { reading: 2 }]);
});

test('a server takes what another one has read, until that is too old in all', async () => {
  const store = new MemoryStore();
  const [one, other] = [new Server(store), new Server(store)];
  await one.get();
  pass(200, store);
  expect(await other.get()).toEqual({ reading: 1 });
  pass(49, store);
  await other.get();
  expect([one.readings, other.readings]).toEqual([1, 0]);
  pass(1, store);
  await other.get();

  expect([one.readings, other.readings]).toEqual([1, 1]);
  expect(other.taken).toEqual(['store', 'database']);
});

test('what arrives late in the store is as old as its reading, and is not taken', async () => {
  const store = new MemoryStore();
  const [one, other] = [new Server(store), new Server(store)];
  const put = vi.spyOn(store, 'put').mockImplementationOnce(() => {});
  await one.get();
  const [late] = put.mock.calls;
  pass(10_000, store);
  if (late) {
    store.put(...late);
  }

  expect(store.snapshots).toHaveLength(1);
  expect(await other.get()).toEqual({ reading: 1 });
  expect([one.readings, other.readings]).toEqual([1, 1]);
});

test('an answer that is on its way for long is older by that', async () => {
  const store = new MemoryStore();
  const [one, other] = [new Server(store), new Server(store)];
  await one.get();
  pass(200, store);
  const find = store.find.bind(store);
  vi.spyOn(store, 'find').mockImplementationOnce(async (key) => {
    const found = await find(key);
    pass(50, store);
    return found;
  });
  await other.get();

  expect([one.readings, other.readings]).toEqual([1, 1]);
});

test('a clock of the store that is set back makes nothing young', async () => {
  const store = new MemoryStore();
  const [one, other] = [new Server(store), new Server(store)];
  await one.get();
  pass(10_000);
  // Before the claim of the first server.
  store.clock -= 1;
  store.values.delete([...store.values.keys()].find((key) => key.endsWith(':claim')) ?? '');
  await other.get();

  expect(other.readings).toBe(1);
});

test.each<[string, Partial<Installation>]>([
  ['on another database', { identity: '1/3/matinee' }],
  ['of another release', { version: '1.0.1' }],
  ['with another secret', { secret: 't' }],
])('an installation %s shares nothing', async (_which, other) => {
  const store = new MemoryStore();
  const servers = [new Server(store), new Server(store, other)];
  await servers[0]?.get();
  await servers[1]?.get();

  expect(servers.map(({ readings }) => readings)).toEqual([1, 1]);
  expect(new Set(store.snapshots.map(([key]) => key)).size).toBe(2);
});

test.each<[string, (value: string) => string]>([
  ['with another content', (value) => value.replace(/1$/, '2')],
  ['with another instant', (value) => value.replace(/ 1000000 /, ' 1000001 ')],
  ['cut off', (value) => value.slice(0, 20)],
  ['without a seal', () => '1000000 1'],
  ['of something else', () => '{"a":1}'],
  ['that is binary', () => '\u{0}\u{FFFD}\u{FFFD}'],
])('a value %s is ignored, and replaced', async (_which, change) => {
  const store = new MemoryStore();
  const [one, other, third] = [new Server(store), new Server(store), new Server(store)];
  await one.get();
  for (const [key, value] of store.snapshots) {
    store.put(key, change(value), 250);
  }
  pass(100, store);
  expect(await other.get()).toEqual({ reading: 1 });
  await third.get();

  expect([one.readings, other.readings, third.readings]).toEqual([1, 1, 0]);
  expect(other.taken).toEqual(['ignored', 'database']);
});

test('a value of another key is not taken for it', async () => {
  const store = new MemoryStore();
  const [one, other] = [new Server(store), new Server(store)];
  await one.get('a');
  const [[key, value] = ['', '']] = store.snapshots;
  store.put(key.replace(/a$/, 'b'), value, 250);
  await other.get('b');

  expect(other.readings).toBe(1);
});

test.each([
  ['does not fit any more', 'outdated'],
  ['cannot be read', 'broken'],
])('a value that %s is read from the database', async (_how, text) => {
  const store = new MemoryStore();
  const snapshots = new SharedSnapshots(store, installation);
  const server = new Server(store);
  snapshots.put('thing:a', text, { fromMs: store.clock, maxAgeMs: 250 });
  expect(await server.get()).toEqual({ reading: 1 });
  expect(server.readings).toBe(1);
});

test('of servers that find nothing in the same moment, one reads', async () => {
  const store = new MemoryStore();
  const servers = [1, 2, 3].map(() => new Server(store));
  const snapshots = await Promise.all(servers.map((server) => server.get()));

  expect(snapshots).toEqual([{ reading: 1 }, { reading: 1 }, { reading: 1 }]);
  expect(servers.reduce((sum, { readings }) => sum + readings, 0)).toBe(1);
});

test('a server that claimed a reading and is gone is not waited for', async () => {
  const store = new MemoryStore();
  await new SharedSnapshots(store, installation).claim('thing:a');
  const server = new Server(store);
  const find = store.find.bind(store);
  vi.spyOn(store, 'find').mockImplementation((key) => {
    pass(10);
    return find(key);
  });

  expect(await server.get()).toEqual({ reading: 1 });
});

test('without a store that answers, each server reads for itself', async () => {
  const store = new MemoryStore();
  const servers = [new Server(store), new Server(store)];
  store.isAway = true;
  await Promise.all(servers.map((server) => server.get()));
  expect(servers.map(({ readings }) => readings)).toEqual([1, 1]);

  store.isAway = false;
  pass(250, store);
  await Promise.all(servers.map((server) => server.get()));
  expect(servers.map(({ readings }) => readings)).toEqual([2, 1]);
});

test('a snapshot that is too long is not shared', async () => {
  const store = new MemoryStore();
  const snapshots = new SharedSnapshots(store, installation);
  snapshots.put('thing:a', 'x'.repeat(200_001), { fromMs: 0, maxAgeMs: 250 });
  expect(store.snapshots).toEqual([]);
});

test('keeps as many as it may, and the youngest', async () => {
  const cache = new SnapshotCache<Snapshot>({
    ...{ name: 'thing', maxAgeMs: 250, mostKept: 2, observer: noObserver },
  });
  let readings = 0;
  const get = (key: string) => cache.get(key, async () => ({ reading: (readings += 1) }));
  await get('a');
  await get('b');
  await get('c');
  expect(cache.kept).toBe(2);
  expect(await get('b')).toEqual({ reading: 2 });
  expect(await get('a')).toEqual({ reading: 4 });
});

test.each([
  [true, 1],
  [false, 2],
])(
  'a slow reading is shared beyond its age if that is wanted: %s',
  async (sharesSlow, readings) => {
    const cache = new SnapshotCache<Snapshot>({
      ...{ name: 'thing', maxAgeMs: 250, sharesSlow, observer: noObserver },
    });
    const slow = Promise.withResolvers<Snapshot>();
    let begun = 0;
    const read = () => {
      begun += 1;
      return slow.promise;
    };
    const first = cache.get('a', read);
    pass(300);
    const second = cache.get('a', read);
    slow.resolve({ reading: 1 });
    expect(await first).toEqual(await second);
    expect(begun).toBe(readings);
  },
);

test('a form of the programme gives back what it was made of', async () => {
  const store = new MemoryStore();
  const snapshots = new SharedSnapshots(store, installation);
  const programme = [{ movie: { id: 'm' }, showtimes: [{ id: 's', startTime: new Date(0) }] }];
  const at = { date: '2036-08-01' };
  const [here, there] = [1, 2].map(() => new Programmes({ observer: noObserver, snapshots }));
  const select = async () => programme as unknown as Awaited<ReturnType<Programmes['read']>>;
  await here?.read(at, select);
  const never = () => Promise.reject(new Error('It is read from the store.'));
  expect(await there?.read(at, never)).toEqual(programme);
});
