import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Matinee } from './api.ts';
import { MatineeError } from './errors.ts';
import type { SeatsHandlers } from './live.ts';
import { SeatMapStore } from './seat-map-store.ts';
import type { Seat, SeatLock, SeatMap, SeatsEvent } from './types.ts';

const start = Date.UTC(2026, 5, 1, 20);

/** The showtime as the server has it: the test is the server. */
class Cinema {
  readonly seats = new Map<string, Seat>();
  handlers: SeatsHandlers | undefined;
  /** How often the map was read. */
  readings = 0;
  closings = 0;
  refusal: MatineeError | undefined;
  /** The server's clock, ahead of the client's. */
  aheadMs = 0;

  constructor(ids: string) {
    for (const [index, id] of ids.split('').entries()) {
      this.add(id, index);
    }
  }

  add(id: string, index: number): void {
    const place = { rowLabel: 'A', seatNumber: index + 1, rowIndex: 1, position: index + 1 };
    const common = {
      seatType: 'regular',
      price: '10.00',
      status: 'available',
    } as const;
    this.seats.set(id, { id, ...place, ...common, features: [] });
  }

  now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }

  map(): SeatMap {
    const seats = [...this.seats.values()].map((seat) => ({ ...seat }));
    const counts = { total: seats.length, available: 0, locked: 0, reserved: 0, blocked: 0 };
    for (const { status } of seats) {
      counts[status] += 1;
    }
    const head = { showtimeId: 's', version: 'read', now: this.now(), currency: 'USD' };
    return { ...head, priceListId: null, ticketTypes: [], seats, counts };
  }

  /** Changes seats without telling it. */
  set(changes: Record<string, Seat['status']>): void {
    for (const [id, status] of Object.entries(changes)) {
      const { yours: _yours, lockedUntil: _until, ...seat } = this.seats.get(id) as Seat;
      this.seats.set(id, { ...seat, status });
    }
  }

  /** Changes seats and tells it, as the server does: status only. */
  change(version: string, changes: Record<string, Seat['status']>): void {
    this.set(changes);
    this.tell('change', version, changes);
  }

  tell(type: SeatsEvent['type'], version: string, changes: Record<string, Seat['status']>): void {
    const seats = Object.entries(changes).map(([id, status]) => ({ id, status }));
    const event = { type, version, seats };
    if (type === 'snapshot') {
      this.handlers?.onSnapshot(event);
    } else {
      this.handlers?.onChange(event);
    }
  }

  snapshot(version: string): void {
    const told = [...this.seats.values()].map(({ id, status }) => [id, status] as const);
    this.tell('snapshot', version, Object.fromEntries(told));
  }

  lock(seatIds: string[], forMs: number): SeatLock {
    const lockedUntil = new Date(this.now().getTime() + forMs);
    for (const id of seatIds) {
      const seat = this.seats.get(id) as Seat;
      this.seats.set(id, { ...seat, price: '9.00', status: 'locked', yours: true, lockedUntil });
    }
    const [expiresAt, maxExpiresAt] = [lockedUntil, lockedUntil];
    return {
      showtimeId: 's',
      now: this.now(),
      seats: seatIds.map((seatId) => ({
        seatId,
        price: '9.00',
        prices: [],
        expiresAt,
        maxExpiresAt,
      })),
      totalPrice: '9.00',
      currency: 'USD',
      expiresAt,
      maxExpiresAt,
    };
  }

  /** What the store uses of a client. */
  client(): Pick<Matinee, 'showtimes'> {
    const showtimes = {
      seats: async () => {
        this.readings += 1;
        if (this.refusal) {
          throw this.refusal;
        }
        return this.map();
      },
      onSeatsChanged: (_input: object, handlers: SeatsHandlers) => {
        this.handlers = handlers;
        return () => {
          this.closings += 1;
          this.handlers = undefined;
        };
      },
      lockSeats: async ({ seatIds }: { seatIds: string[] }) => this.lock(seatIds, 90_000),
      extendLock: async () => this.lock(['a'], 120_000),
      unlockSeats: async ({ seatIds = ['a'] }: { seatIds?: string[] }) => ({ seatIds }),
    };
    return { showtimes } as unknown as Pick<Matinee, 'showtimes'>;
  }
}

/** A store that somebody looks at, with the map read and the first snapshot told. */
async function aWatchedStore(ids = 'abc') {
  const cinema = new Cinema(ids);
  const store = new SeatMapStore(cinema.client(), { showtimeId: 's' });
  let told = 0;
  const leave = store.subscribe(() => (told += 1));
  await settle();
  cinema.handlers?.onState?.('live');
  cinema.snapshot('v1');
  const statuses = () => {
    const seats = store.getSnapshot().seatMap?.seats ?? [];
    return Object.fromEntries(seats.map(({ id, status }) => [id, status]));
  };
  return { cinema, store, leave, statuses, told: () => told };
}

function settle(ms = 0): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(ms);
}

function failure(code: 'NOT_FOUND' | 'NETWORK_ERROR', status: number): MatineeError {
  return new MatineeError({ code, message: code, status, details: {} });
}

beforeEach(() => {
  vi.useFakeTimers({ now: start });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a seat map store', () => {
  test('has nothing until somebody looks, and then the map', async () => {
    const cinema = new Cinema('abc');
    const store = new SeatMapStore(cinema.client(), { showtimeId: 's' });
    expect(store.getSnapshot()).toMatchObject({ live: 'connecting', seatMap: undefined });
    await settle();
    expect(cinema.readings).toBe(0);

    store.subscribe(() => {});
    await settle();

    expect(store.getSnapshot().seatMap?.counts).toMatchObject({ total: 3, available: 3 });
  });

  test('applies changes in order, and tells each', async () => {
    const { cinema, store, statuses, told } = await aWatchedStore();
    const before = told();

    cinema.change('v2', { a: 'locked', b: 'reserved' });
    cinema.change('v3', { a: 'available' });

    expect(statuses()).toEqual({ a: 'available', b: 'reserved', c: 'available' });
    expect(store.getSnapshot().seatMap).toMatchObject({
      version: 'v3',
      counts: { total: 3, available: 2, locked: 0, reserved: 1, blocked: 0 },
    });
    expect(told() - before).toBe(2);
    expect(cinema.readings).toBe(1);
  });

  test('gives the same object until something changes, and keeps the other seats', async () => {
    const { cinema, store } = await aWatchedStore();
    const before = store.getSnapshot();
    expect(store.getSnapshot()).toBe(before);

    cinema.change('v2', { b: 'locked' });
    const after = store.getSnapshot();

    expect(after).not.toBe(before);
    expect(after.seatMap?.seats[0]).toBe(before.seatMap?.seats[0]);
    expect(after.seatMap?.seats[1]).not.toBe(before.seatMap?.seats[1]);
    expect(before.seatMap?.seats[1]?.status).toBe('available');
  });

  test('lets a change that comes before the map win over it', async () => {
    const cinema = new Cinema('ab');
    const store = new SeatMapStore(cinema.client(), { showtimeId: 's' });
    store.subscribe(() => {});
    cinema.snapshot('v1');
    cinema.tell('change', 'v2', { a: 'reserved' });
    await settle();

    expect(store.getSnapshot().seatMap?.seats[0]?.status).toBe('reserved');
  });

  test('reads the map again after a gap, within a second', async () => {
    const { cinema, store, statuses } = await aWatchedStore();
    const seat = cinema.seats.get('a') as Seat;
    cinema.seats.set('a', { ...seat, status: 'reserved', price: '11.00' });

    cinema.handlers?.onState?.('reconnecting');
    expect(store.getSnapshot().live).toBe('reconnecting');
    cinema.snapshot('v9');
    expect(statuses()).toMatchObject({ a: 'reserved' });
    expect(cinema.readings).toBe(1);
    await settle(1_000);

    expect(cinema.readings).toBe(2);
    expect(store.getSnapshot().seatMap?.seats[0]?.price).toBe('11.00');
  });

  test.each([
    ['a seat that is not on the map', (cinema: Cinema) => cinema.change('v2', { d: 'locked' })],
    ['a change that is none of status', (cinema: Cinema) => cinema.change('v2', {})],
  ])('reads the map again after %s', async (_name, happen) => {
    const { cinema, statuses } = await aWatchedStore();
    cinema.add('d', 3);

    happen(cinema);
    await settle(300);

    expect(cinema.readings).toBe(2);
    expect(Object.keys(statuses())).toEqual(['a', 'b', 'c', 'd']);
  });

  test('stops when nobody looks any more, and starts again for the next one', async () => {
    const { cinema, store, leave } = await aWatchedStore();
    const second = store.subscribe(() => {});
    leave();
    leave();
    expect(cinema.closings).toBe(0);
    second();
    expect(cinema.closings).toBe(1);
    await settle(60_000);
    expect(cinema.readings).toBe(1);

    store.subscribe(() => {});
    await settle();

    expect(cinema.readings).toBe(2);
    expect(store.getSnapshot().seatMap?.counts.total).toBe(3);
  });

  test('forgets an answer that comes after the last one has left', async () => {
    const cinema = new Cinema('ab');
    const store = new SeatMapStore(cinema.client(), { showtimeId: 's' });

    store.subscribe(() => {})();
    await settle();

    expect(store.getSnapshot().seatMap).toBeUndefined();
  });

  test('says that it has ended, with the last map still there', async () => {
    const { cinema, store } = await aWatchedStore();

    cinema.handlers?.onState?.('ended');

    expect(store.getSnapshot()).toMatchObject({ live: 'ended', seatMap: { counts: { total: 3 } } });
  });

  test('says why it failed', async () => {
    const cinema = new Cinema('a');
    cinema.refusal = failure('NOT_FOUND', 404);
    const store = new SeatMapStore(cinema.client(), { showtimeId: 's' });
    store.subscribe(() => {});
    await settle();

    expect(store.getSnapshot()).toMatchObject({ live: 'failed', error: { code: 'NOT_FOUND' } });
    expect(cinema.closings).toBe(1);
    await settle(60_000);
    expect(cinema.readings).toBe(1);
  });

  test('passes an error of the watch on, and starts again when it is told to', async () => {
    const { cinema, store } = await aWatchedStore();

    cinema.handlers?.onError?.(failure('NOT_FOUND', 404));
    expect(store.getSnapshot()).toMatchObject({ live: 'failed', error: { code: 'NOT_FOUND' } });
    expect(cinema.handlers).toBeUndefined();
    await store.reload();
    cinema.handlers?.onState?.('live');

    expect(store.getSnapshot()).toMatchObject({ live: 'live', error: undefined });
    cinema.snapshot('v2');
    cinema.change('v3', { a: 'locked' });
    expect(store.getSnapshot().seatMap?.counts.locked).toBe(1);
  });

  test('takes the same listener twice for two', async () => {
    const cinema = new Cinema('a');
    const store = new SeatMapStore(cinema.client(), { showtimeId: 's' });
    let told = 0;
    const listener = () => (told += 1);
    const leave = store.subscribe(listener);
    store.subscribe(listener);
    await settle();
    told = 0;

    cinema.snapshot('v1');
    expect(told).toBe(2);
    leave();
    cinema.change('v2', { a: 'locked' });

    expect(told).toBe(3);
  });

  test('shows what was read, not what was told before a break', async () => {
    const { cinema, store, leave, statuses } = await aWatchedStore();
    cinema.change('v2', { a: 'locked' });
    leave();
    cinema.change('v3', { a: 'available' });

    store.subscribe(() => {});
    await settle();

    expect(statuses()).toMatchObject({ a: 'available' });
  });

  test('tries again to read the map while the failure is a passing one', async () => {
    const cinema = new Cinema('a');
    cinema.refusal = failure('NETWORK_ERROR', 0);
    const store = new SeatMapStore(cinema.client(), { showtimeId: 's' });
    store.subscribe(() => {});
    await settle(3_500);
    expect(cinema.readings).toBe(3);
    cinema.refusal = undefined;
    await settle(1_500);

    expect(store.getSnapshot()).toMatchObject({ error: undefined, seatMap: { showtimeId: 's' } });
  });
});

describe('your own locks', () => {
  test('are shown at once, with the price that was fixed, and count down', async () => {
    const { cinema, store, statuses } = await aWatchedStore();

    await store.lockSeats(['a', 'b']);

    expect(statuses()).toEqual({ a: 'locked', b: 'locked', c: 'available' });
    expect(store.getSnapshot().yours).toMatchObject([
      { id: 'a', yours: true, price: '9.00' },
      { id: 'b', yours: true, price: '9.00' },
    ]);
    expect(store.getSnapshot().secondsLeft).toBe(90);
    await settle(1_000);
    expect(store.getSnapshot().secondsLeft).toBe(89);
    cinema.tell('change', 'v2', { a: 'locked', b: 'locked' });
    expect(store.getSnapshot().yours).toHaveLength(2);
    expect(cinema.readings).toBe(1);
  });

  test('count down by the server’s clock, however wrong one’s own is', async () => {
    const cinema = new Cinema('a');
    cinema.aheadMs = 3_600_000;
    const store = new SeatMapStore(cinema.client(), { showtimeId: 's' });
    store.subscribe(() => {});
    await settle();

    await store.lockSeats(['a']);

    expect(store.getSnapshot().secondsLeft).toBe(90);
  });

  test('are told once a second', async () => {
    const { store, told } = await aWatchedStore();
    await store.lockSeats(['a']);
    const before = told();

    await settle(10_000);

    expect(told() - before).toBe(10);
  });

  test('that were there before are found with the map', async () => {
    const cinema = new Cinema('ab');
    cinema.lock(['b'], 30_000);
    const store = new SeatMapStore(cinema.client(), { showtimeId: 's' });
    store.subscribe(() => {});
    await settle();

    expect(store.getSnapshot().yours.map(({ id }) => id)).toEqual(['b']);
    expect(store.getSnapshot().secondsLeft).toBe(30);
  });

  test('end with their time, told or not', async () => {
    const { cinema, store } = await aWatchedStore();
    await store.lockSeats(['a']);
    cinema.tell('change', 'v2', { a: 'locked' });

    await settle(90_000);

    expect(store.getSnapshot()).toMatchObject({ yours: [], secondsLeft: null });
    cinema.change('v3', { a: 'available' });
    await settle(300);
    expect(cinema.readings).toBe(2);
    expect(store.getSnapshot().seatMap?.seats[0]).toMatchObject({ status: 'available' });
  });

  test('survive a change that is older than they are', async () => {
    const { cinema, store } = await aWatchedStore();
    await store.lockSeats(['a']);

    cinema.tell('change', 'v2', { a: 'available' });
    expect(store.getSnapshot().yours).toHaveLength(1);
    await settle(300);
    cinema.tell('change', 'v3', { a: 'locked' });

    expect(cinema.readings).toBe(2);
    expect(store.getSnapshot().yours.map(({ id }) => id)).toEqual(['a']);
  });

  test('that became a booking are shown as sold', async () => {
    const { cinema, store, statuses } = await aWatchedStore();
    await store.lockSeats(['a']);

    cinema.change('v2', { a: 'reserved' });
    await settle(300);

    expect(statuses()).toMatchObject({ a: 'reserved' });
    expect(store.getSnapshot()).toMatchObject({ yours: [], secondsLeft: null });
  });

  test('can be extended and given back', async () => {
    const { cinema, store, statuses } = await aWatchedStore();
    await store.lockSeats(['a', 'b']);
    cinema.tell('change', 'v2', { a: 'locked', b: 'locked' });

    await store.extendLock();
    expect(store.getSnapshot().yours[0]?.lockedUntil).toEqual(new Date(start + 120_000));
    expect(store.getSnapshot().secondsLeft).toBe(90);
    await store.unlockSeats(['b']);

    expect(statuses()).toEqual({ a: 'locked', b: 'available', c: 'available' });
    expect(store.getSnapshot().secondsLeft).toBe(120);
    expect(store.getSnapshot().yours.map(({ id }) => id)).toEqual(['a']);
    await store.unlockSeats();
    expect(store.getSnapshot().yours).toEqual([]);
  });

  test('are looked up again when somebody signs in or out', async () => {
    const { cinema, store } = await aWatchedStore();
    cinema.lock(['c'], 60_000);

    await store.reload();

    expect(store.getSnapshot().yours.map(({ id }) => id)).toEqual(['c']);
  });
});

test('reads the map every few seconds while changes do not come', async () => {
  const { cinema, store, leave, statuses } = await aWatchedStore('ab');
  cinema.tell('change', 'v2', { a: 'locked' });
  expect(statuses()).toEqual({ a: 'locked', b: 'available' });
  const before = cinema.readings;
  cinema.handlers?.onState?.('reconnecting');
  cinema.set({ a: 'available', b: 'reserved' });
  await settle(4_000);

  expect(cinema.readings - before).toBe(1);
  expect(statuses()).toEqual({ a: 'available', b: 'reserved' });
  await settle(8_000);
  expect(cinema.readings - before).toBe(3);

  cinema.handlers?.onState?.('live');
  await settle(20_000);
  expect(cinema.readings - before).toBe(3);
  expect(store.getSnapshot().live).toBe('live');

  cinema.handlers?.onState?.('reconnecting');
  leave();
  await settle(20_000);
  expect(cinema.readings - before).toBe(3);
});
