import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callerOf, createTestApp, requestContext } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, refusalOf } from '../../test/builders.ts';
import { inTransaction } from '../db/query.ts';
import { sweep } from '../housekeeping.ts';
import { serviceContext } from '../service-context.ts';
import { enqueue } from './enqueue.ts';
import type { Fact } from './facts.ts';
import { delayAfter, PermanentFailure } from './retries.ts';
import { OutboxWorker } from './worker.ts';
import type { Consequences } from './worker.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
const forget = () => running.asOwner('truncate outbox, deliveries cascade');
// The invariants are checked at the end: the facts of these tests are about no reservation.
afterAll(async () => {
  await forget();
  await running.close();
});
beforeEach(forget);

/** Nothing follows from the other facts. */
const nothing = {
  'reservation.cancelled': {},
  'reservation.seats_cancelled': {},
  'reservation.reseated': {},
  'tickets.reissued': {},
  'payment.unwanted': {},
  'refund.due': {},
  'provider.reported': {},
  'password_reset.requested': {},
  'password.changed': {},
  'second_factor.changed': {},
  'email_proof.requested': {},
  'reminder.due': {},
  'phone_proof.requested': {},
  'showtime.created': {},
  'showtime.updated': {},
  'showtime.cancelled': {},
  'movie.updated': {},
  'reservation.pending': {},
  'payment.succeeded': {},
  'payment.failed': {},
  'payment.refunded': {},
  'payment.disputed': {},
  'ticket.checked_in': {},
  'incident.opened': {},
  ping: {},
  'webhook.replayed': {},
  'webhook.disabled': {},
};

/** A worker whose consequences note what they receive; `fail` is thrown while it is set. */
function aWorker({ fail }: { fail?: Error } = {}) {
  const received: Fact[] = [];
  const note = async (_ctx: unknown, fact: Fact) => {
    received.push(fact);
    if (state.fail) {
      throw state.fail;
    }
    return undefined;
  };
  const state: { fail: Error | undefined } = { fail };
  const consequences: Consequences = {
    'reservation.confirmed': { first: note, second: note },
    ...nothing,
  };
  const outcomes: string[] = [];
  const worker = new OutboxWorker(running.app, consequences, (name, outcome) =>
    outcomes.push(`${name} ${outcome}`),
  );
  return { worker, received, outcomes, state };
}

function aContext() {
  return serviceContext(running.app, requestContext(running.app));
}

/** Writes a fact about a reservation that does not matter. */
async function write(subject: string = randomUUID()): Promise<string> {
  const payload = { reservationId: subject };
  await inTransaction(aContext(), (tx) =>
    enqueue(tx, [{ kind: 'reservation.confirmed', subject, payload }]),
  );
  return subject;
}

interface Row {
  consequence: string;
  attempts: number;
  lastError: string | null;
  state: string;
  waits: number;
}

async function deliveries(): Promise<Row[]> {
  const { rows } = await running.app.pool.query<Row>(
    `select consequence, attempts, last_error as "lastError",
       round(extract(epoch from available_at - clock_timestamp()))::int as waits,
       case when done_at is not null then 'done' when dead_at is not null then 'dead'
         else 'open' end as state
     from deliveries order by key`,
  );
  return rows;
}

/** Makes everything due, and every lease end. */
const letTimePass = () =>
  running.app.pool.query(
    `update deliveries set available_at = date_trunc('milliseconds', clock_timestamp()),
       leased_until = case when leased_until is not null
         then date_trunc('milliseconds', clock_timestamp()) end`,
  );

describe('a fact', () => {
  test('is expanded into one delivery for each consequence, and each is carried out', async () => {
    const subject = await write();
    const { worker, received, outcomes } = aWorker();
    await worker.round();
    expect(received.map(({ kind, payload }) => [kind, payload])).toEqual([
      ['reservation.confirmed', { reservationId: subject }],
      ['reservation.confirmed', { reservationId: subject }],
    ]);
    expect((await deliveries()).map(({ state }) => state)).toEqual(['done', 'done']);
    expect(outcomes.toSorted()).toEqual(['first done', 'second done']);
  });

  // Columns hold milliseconds, and round up as well as down: one such fact proves nothing.
  test('is carried out in the round that expands it', async () => {
    const missed: string[] = [];
    for (let time = 0; time < 80; time += 1) {
      const subject = await write();
      const { worker, received } = aWorker();
      await worker.round();
      missed.push(...(received.length === 2 ? [] : [subject]));
    }
    expect(missed).toEqual([]);
  });

  test('is written once for each key', async () => {
    const subject = await write();
    await write(subject);
    const { worker, received } = aWorker();
    await worker.round();
    expect(received).toHaveLength(2);
  });

  test('is not written when its transaction rolls back', async () => {
    const rolledBack = inTransaction(aContext(), async (tx) => {
      const payload = { reservationId: randomUUID() };
      await enqueue(tx, [{ kind: 'reservation.confirmed', subject: 'x', payload }]);
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    const { worker, received } = aWorker();
    await worker.round();
    expect(received).toEqual([]);
  });

  test('cannot be written outside a transaction', async () => {
    const payload = { reservationId: randomUUID() };
    const written = enqueue(aContext(), [{ kind: 'reservation.confirmed', subject: 'x', payload }]);
    await expect(written).rejects.toThrow('outside a transaction');
  });

  test('of a kind that this version does not know is left to a server that does', async () => {
    await running.app.pool.query(
      `insert into outbox (id, kind, key, payload) values ($1, 'seat.painted', 'x', '{}')`,
      [randomUUID()],
    );
    await aWorker().worker.round();
    const { rows } = await running.app.pool.query('select from outbox where expanded_at is null');
    expect(rows).toHaveLength(1);
  });

  test('follows from buying and from cancelling', async () => {
    const { showtime, seatIds } = await aShowtime(running.app);
    const { call } = await aUser(running.app);
    const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 2) };
    await call.showtimes.lockSeats(input);
    const { id } = await call.reservations.create(input);
    await call.reservations.cancel({ reservationId: id });
    const { rows } = await running.app.pool.query(
      'select key, payload from outbox order by created_at',
    );
    expect(rows).toEqual([
      { key: `reservation.confirmed:${id}`, payload: { reservationId: id } },
      {
        key: `reservation.cancelled:${id}`,
        payload: { reservationId: id, cause: 'cancelled' },
      },
    ]);
  });

  test('follows from a cancelled show for each of its reservations', async () => {
    const { admin, showtime, seatIds } = await aShowtime(running.app);
    for (const seatId of seatIds.slice(0, 3)) {
      const { call } = await aUser(running.app);
      const input = { showtimeId: showtime.id, seatIds: [seatId] };
      await call.showtimes.lockSeats(input);
      await call.reservations.create(input);
    }
    await admin.call.showtimes.cancel({ showtimeId: showtime.id, reason: 'Flood' });
    const { rows } = await running.app.pool.query(
      `select payload->>'cause' as cause from outbox where kind = 'reservation.cancelled'`,
    );
    expect(rows).toEqual(Array.from({ length: 3 }, () => ({ cause: 'show_cancelled' })));
  });
});

describe('a failed attempt', () => {
  test('at a mail is repeated by its table of delays, then dead with its reason', async () => {
    await write();
    const { worker, received, outcomes } = aWorker({ fail: new Error('out of paper') });
    const delays = [60, 300, 1_800, 7_200, 21_600, 86_400];
    for (const [index, delay] of delays.entries()) {
      await worker.round();
      const rows = await deliveries();
      expect(rows[0]).toMatchObject({
        state: 'open',
        attempts: index + 1,
        lastError: 'out of paper',
      });
      for (const { waits } of rows) {
        expect(Math.abs(waits - delay)).toBeLessThanOrEqual(delay / 5 + 1);
      }
      await letTimePass();
    }
    await worker.round();
    expect((await deliveries()).map(({ state }) => state)).toEqual(['dead', 'dead']);
    await letTimePass();
    await worker.round();
    expect(received).toHaveLength(2 * 7);
    expect(outcomes.filter((each) => each === 'first dead')).toHaveLength(1);
  });

  test('at a mail comes back apart from others that failed with it', () => {
    const waits = Array.from({ length: 200 }, () => delayAfter('sendConfirmation', 6) ?? 0);
    expect(Math.min(...waits)).toBeLessThan(86_400 * 0.9);
    expect(Math.max(...waits)).toBeGreaterThan(86_400 * 1.1);
  });

  test.each(['sendRefund', 'endUnwanted', 'settleReported'])('at %s is repeated sooner', (name) => {
    const waits = Array.from({ length: 9 }, (_, index) => delayAfter(name, index + 1));
    expect(waits).toEqual([10, 60, 300, 900, 3_600, 10_800, 28_800, 86_400, undefined]);
  });

  test('is not repeated before its time', async () => {
    await write();
    const { worker, received } = aWorker({ fail: new Error('out of paper') });
    await worker.round();
    await worker.round();
    expect(received).toHaveLength(2);
  });

  test('that no repetition can mend is dead immediately', async () => {
    await write();
    const { worker } = aWorker({ fail: new PermanentFailure('no such mailbox') });
    await worker.round();
    expect(await deliveries()).toMatchObject([
      { state: 'dead', attempts: 1, lastError: 'no such mailbox' },
      { state: 'dead', attempts: 1, lastError: 'no such mailbox' },
    ]);
  });
});

describe('a lease', () => {
  test('keeps two workers from the same delivery', async () => {
    await Promise.all(Array.from({ length: 12 }, () => write()));
    const [one, other] = [aWorker(), aWorker()];
    await Promise.all([one.worker.round(), other.worker.round()]);
    await Promise.all([one.worker.round(), other.worker.round()]);
    const keys = [...one.received, ...other.received].map(({ key }) => key);
    expect(keys).toHaveLength(24);
    expect(new Set(keys).size).toBe(12);
  });

  test('that has ended is taken over, and the first worker no longer marks the row', async () => {
    await write();
    const consequences: Consequences = {
      'reservation.confirmed': {
        first: async () => {
          await letTimePass();
          const { worker } = aWorker({ fail: new Error('the second worker failed') });
          await worker.round();
          return undefined;
        },
      },
      ...nothing,
    };
    await new OutboxWorker(running.app, consequences).round();
    const [row] = await deliveries();
    expect(row).toMatchObject({
      state: 'open',
      attempts: 2,
      lastError: 'the second worker failed',
    });
  });
});

describe('for administrators', () => {
  test('deliveries are listed newest first, page by page, by state', async () => {
    const { call } = await anAdmin(running.app);
    await Promise.all(Array.from({ length: 3 }, () => write()));
    await aWorker({ fail: new PermanentFailure('no such mailbox') }).worker.round();
    const first = await call.admin.outbox.list({ state: 'dead', limit: 4 });
    const second = await call.admin.outbox.list({ cursor: first.nextCursor ?? '', limit: 4 });
    expect([...first.items, ...second.items]).toHaveLength(6);
    expect(second.nextCursor).toBeNull();
    expect(first.items[0]).toMatchObject({
      fact: { kind: 'reservation.confirmed' },
      state: 'dead',
      attempts: 1,
      lastError: 'no such mailbox',
      target: '',
    });
    expect((await call.admin.outbox.list({ state: 'done' })).items).toEqual([]);
    const [delivery] = first.items;
    const found = await call.admin.outbox.list({ idEndsWith: delivery?.id.slice(-6) });
    expect(found.items).toEqual([delivery]);
  });

  test('a retried delivery is carried out; a dropped one is not', async () => {
    const { call } = await anAdmin(running.app);
    await write();
    const { worker, state, received } = aWorker({ fail: new PermanentFailure('no such mailbox') });
    await worker.round();
    const [one, other] = (await call.admin.outbox.list({})).items;
    state.fail = undefined;
    const retried = await call.admin.outbox.retry({ deliveryId: one?.id ?? '' });
    const dropped = await call.admin.outbox.drop({ deliveryId: other?.id ?? '' });
    expect(retried).toMatchObject({ state: 'open', attempts: 0 });
    const lastError = 'no such mailbox; dropped';
    expect(dropped).toMatchObject({ state: 'done', lastError });
    expect(await call.admin.outbox.drop({ deliveryId: dropped.id })).toEqual(dropped);
    await worker.round();
    expect(received).toHaveLength(3);
    expect((await call.admin.outbox.list({ state: 'done' })).items).toHaveLength(2);
  });

  test('an id that no delivery has is not found', async () => {
    const { call } = await anAdmin(running.app);
    const deliveryId = randomUUID();
    expect((await refusalOf(call.admin.outbox.retry({ deliveryId }))).code).toBe('NOT_FOUND');
    expect((await refusalOf(call.admin.outbox.drop({ deliveryId }))).code).toBe('NOT_FOUND');
  });
});

test('a call that wrote a fact wakes the worker, others do not', async () => {
  const { showtime, seatIds } = await aShowtime(running.app);
  const { token, call } = await aUser(running.app);
  const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
  let woken = 0;
  const wake = running.app.outbox.wake.bind(running.app.outbox);
  running.app.outbox.wake = () => {
    woken += 1;
    wake();
  };
  await call.showtimes.lockSeats(input);
  expect(woken).toBe(0);
  await callerOf(running.app, { token, key: randomUUID() }).reservations.create(input);
  expect(woken).toBe(1);
  running.app.outbox.wake = wake;
});

test('a started worker delivers soon after it is woken, and stops', async () => {
  const { worker, received } = aWorker();
  worker.start();
  await write();
  running.app.outbox.wake();
  await expect.poll(() => received.length).toBe(2);
  await expect
    .poll(async () => (await deliveries()).map(({ state }) => state))
    .toEqual(['done', 'done']);
  await worker.stop();
  await write();
  running.app.outbox.wake();
  expect(received).toHaveLength(2);
});

test('the sweep removes facts a week after everything was done, and no others', async () => {
  const [done] = [await write(), await write()];
  await aWorker().worker.round();
  const open = await write();
  await running.app.pool.query(
    `update outbox set created_at = created_at - interval '8 days' where key not like $1`,
    [`%${done}`],
  );
  expect((await sweep(running.app)).facts).toBe(1);
  const { rows } = await running.app.pool.query<{ key: string }>('select key from outbox');
  expect(rows.map(({ key }) => key.split(':')[1]).toSorted()).toEqual([done, open].toSorted());
});
