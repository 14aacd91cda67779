import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime, aUser } from '../../test/builders.ts';

/*
 * A batch has the effect and the answers that its requests would have had one after the other: both
 * ways are tried on the same state, in transactions that are rolled back, and compared.
 */

const people = 3;
const seatsInHall = 6;

/** A seat before the batch, in every show but the second. */
type Held =
  | { by: number; client: number; how: 'locked' | 'expired' | 'at its cap' | 'sold' }
  | undefined;

interface Request {
  by: number;
  /** 0: on sale; 1: the same hall, another day; 2: cancelled; 3: started; 4: not there. */
  show: number;
  seats: number[];
  /** Where the request comes from. */
  client: number;
  accessibility: boolean;
  key: 'none' | 'new' | 'shared' | 'stored' | 'busy';
  session: 'alive' | 'ended' | 'of another' | 'token ended';
}

interface Round {
  held: Held[];
  requests: Request[];
  disabled: number | undefined;
  outOfOrder: number | undefined;
  /** The first two seats of the hall are a wheelchair place with a companion, or a love seat. */
  features: 'none' | 'wheelchair' | 'pair';
  everywhere: number | null;
  keepSeconds: number | null;
  ofClient: number | null;
  reserved: number | null;
}

const person = fc.nat({ max: people - 1 });
const anyClient = fc.nat({ max: 1 });
/** One of the hall's, and sometimes one that is not there. */
const anySeat = fc.oneof(
  { weight: 9, arbitrary: fc.nat({ max: seatsInHall - 1 }) },
  { weight: 1, arbitrary: fc.constant(seatsInHall) },
);
const anyRound: fc.Arbitrary<Round> = fc.record({
  held: fc.array(
    fc.option(
      fc.record({
        by: person,
        client: anyClient,
        how: fc.constantFrom('locked', 'locked', 'expired', 'at its cap', 'sold'),
      }),
      { nil: undefined, freq: 2 },
    ),
    { minLength: seatsInHall, maxLength: seatsInHall },
  ),
  requests: fc.array(
    fc.record({
      by: person,
      show: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2, 3, 4),
      seats: fc.uniqueArray(anySeat, { minLength: 1, maxLength: 2 }),
      client: anyClient,
      accessibility: fc.boolean(),
      key: fc.constantFrom('none', 'none', 'none', 'new', 'shared', 'shared', 'stored', 'busy'),
      session: often<Request['session']>(
        'alive',
        fc.constantFrom('ended', 'of another', 'token ended'),
      ),
    }),
    { minLength: 3, maxLength: 7 },
  ),
  disabled: fc.option(person, { nil: undefined, freq: 2 }),
  outOfOrder: fc.option(fc.nat({ max: seatsInHall - 1 }), { nil: undefined, freq: 2 }),
  features: fc.constantFrom('none', 'none', 'wheelchair', 'pair'),
  everywhere: fc.constantFrom(null, 3),
  keepSeconds: fc.constantFrom(null, 900),
  ofClient: fc.constantFrom(null, 2),
  reserved: fc.constantFrom(null, 1),
});

function often<T>(usual: T, others: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: others });
}

let running: TestApp;
let world: Awaited<ReturnType<typeof buildWorld>>;
let client: PoolClient;
let other: PoolClient;
beforeAll(async () => {
  running = await createTestApp();
  world = await buildWorld(running);
  client = await running.app.pool.connect();
  other = await running.app.pool.connect();
});
afterAll(async () => {
  client.release();
  other.release();
  await running.close();
});

async function buildWorld({ app }: TestApp) {
  const { showtime, seatIds, admin, theater, movieId } = await aShowtime(app, {
    seats: seatsInHall,
  });
  const inDays = (days: number) =>
    admin.call.showtimes.create({
      movieId,
      theaterId: theater.id,
      startTime: new Date(Date.now() + days * 86_400_000),
      price: '7.00',
    });
  const shows = [showtime, await inDays(2), await inDays(3), await inDays(4)].map(({ id }) => id);
  await app.pool.query('update showtimes set cancelled_at = now() where id = $1', [shows[2]]);
  await app.pool.query(
    `update showtimes set start_time = now() - interval '1 minute',
       end_time = now() + interval '1 hour', blocked_until = now() + interval '1 hour'
     where id = $1`,
    [shows[3]],
  );
  // The last of them has an account that is not new.
  const persons = await Promise.all(Array.from({ length: people }, () => aUser(app)));
  await app.pool.query(`update users set created_at = now() - interval '2 days' where id = $1`, [
    persons.at(-1)?.id,
  ]);
  const sessions = await app.pool.query<{ id: string; user_id: string }>(
    'select id, user_id from sessions',
  );
  const users = persons.map(({ id }) => ({
    id,
    session: sessions.rows.find(({ user_id }) => user_id === id)?.id ?? '',
  }));
  return { shows: [...shows, randomUUID()], seatIds: [...seatIds, randomUUID()], users };
}

/** Puts the state into the open transaction. */
async function arrange({ held, disabled, outOfOrder, features }: Round): Promise<void> {
  const { shows, seatIds, users } = world;
  for (const [seat, before] of held.entries()) {
    if (before) {
      const sale = before.how === 'sold' ? randomUUID() : null;
      if (sale !== null) {
        await client.query(
          `insert into reservations
             (id, reference, user_id, showtime_id, status, total_price, seat_count, currency)
           values ($1, $2, $3, $4, 'confirmed', 1, 1, 'USD')`,
          [sale, `SOLD${seat}`.padEnd(8, 'X'), users[before.by]?.id, shows[0]],
        );
      }
      await client.query(
        `insert into seat_claims (showtime_id, seat_id, theater_id, user_id, price, locked_at,
           expires_at, reservation_id, client)
         select show, id, theater_id, $3, 1,
           now() - case $4 when 'at its cap' then interval '35 minutes' else interval '20 minutes' end,
           now() + case $4 when 'sold' then null when 'locked' then interval '5 minutes'
             else interval '-5 minutes' end,
           $5, case when $5::uuid is null then $6::bigint end
         from seats, unnest($1::uuid[]) as show where id = $2`,
        [
          sale === null ? [shows[0], shows[2], shows[3]] : [shows[0]],
          seatIds[seat],
          users[before.by]?.id,
          before.how,
          sale,
          before.client,
        ],
      );
    }
  }
  if (disabled !== undefined) {
    await client.query('update users set disabled_at = now() where id = $1', [users[disabled]?.id]);
  }
  if (outOfOrder !== undefined) {
    const id = seatIds[outOfOrder];
    await client.query('update seats set out_of_order = true where id = $1', [id]);
  }
  if (features !== 'none') {
    const [first, second] = seatIds;
    await client.query(
      'update seats set features = array[case when id = $1 then $2 else $3 end] where id in ($1, $4)',
      [first, features, features === 'pair' ? features : 'companion', second],
    );
  }
  for (const { id } of users) {
    await client.query(
      `insert into idempotency_keys (user_id, key, procedure, fingerprint, answer)
       values ($1, 'stored', $2, 'same', '{"kept":true}')`,
      [id, 'showtimes.lockSeats'],
    );
  }
}

type Answered = { outcome: string };

/** The columns that both functions begin with. */
function callers(requests: readonly Request[]): unknown[] {
  const { shows, seatIds, users } = world;
  const later = new Date(Date.now() + 3_600_000).toISOString();
  return [
    requests.map(({ by, session }) => {
      const whose = session === 'of another' ? (by + 1) % people : by;
      return session === 'ended' ? randomUUID() : users[whose]?.session;
    }),
    requests.map(({ session }) =>
      session === 'token ended' ? new Date(Date.now() - 1000).toISOString() : later,
    ),
    requests.map(({ by }) => users[by]?.id),
    requests.map(({ show }) => shows[show]),
    requests.map(({ seats }) => `{${seats.map((seat) => seatIds[seat]).join()}}`),
  ];
}

const keysOf = (requests: readonly Request[], numbers: readonly number[]) => [
  requests.map(({ key }, index) =>
    key === 'none' ? null : key === 'new' ? `new-${numbers[index]}` : key,
  ),
  requests.map(({ key, seats }) => (key === 'shared' ? seats.join() : 'same')),
];

async function lock(round: Round, numbers: readonly number[]): Promise<Answered[]> {
  const requests = round.requests.filter((_, index) => numbers.includes(index));
  const { rows } = await client.query<{ place: number; result: Answered }>(
    `select place, result
     from lock_seats_together($1, $2, $3, $4, $5, $6, $7, 600, 1800, 3, $8, $9, $10, $11, $12, '20ms')`,
    [
      ...callers(requests),
      ...keysOf(requests, numbers),
      round.everywhere,
      round.keepSeconds,
      requests.map((request) => request.client),
      round.ofClient,
      requests.map(({ accessibility }) => accessibility),
    ],
  );
  return inOrder(rows);
}

async function confirm(round: Round, numbers: readonly number[]): Promise<Answered[]> {
  const requests = round.requests.filter((_, index) => numbers.includes(index));
  const { rows } = await client.query<{ place: number; result: Answered }>(
    `select place, result
     from confirm_seats_together($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '20ms')`,
    [
      ...callers(requests),
      numbers.map((number) => `00000000-0000-7000-8000-00000000000${number}`),
      // Some requests have the reference of another one.
      numbers.map((number) => `REF${number % 3}`.padEnd(8, 'X')),
      round.reserved,
      ...keysOf(requests, numbers),
    ],
  );
  return inOrder(rows);
}

const inOrder = (rows: { place: number; result: Answered }[]) =>
  rows.toSorted((a, b) => a.place - b.place).map(({ result }) => result);

/** Everything that a booking writes, instants as what they mean. */
async function stateNow(): Promise<unknown> {
  const { rows } = await client.query<{ state: unknown }>(
    `select json_build_object(
       'claims', (select json_agg(json_build_array(showtime_id, seat_id, user_id, price,
           reservation_id, expires_at > now(), round(extract(epoch from expires_at - now()) / 60),
           round(extract(epoch from coalesce(hard_cap_at, locked_at + interval '30 minutes') - now())
             / 60)) order by showtime_id, seat_id)
         from seat_claims),
       'reservations', (select json_agg(json_build_array(id, reference, user_id, showtime_id, status,
           total_price, seat_count, currency) order by id) from reservations),
       'seats', (select json_agg(json_build_array(reservation_id, seat_id, theater_id, price)
           order by reservation_id, seat_id) from reservation_seats),
       'events', (select json_agg(json_build_array(reservation_id, step, actor_id)
           order by reservation_id) from reservation_events),
       'facts', (select json_agg(json_build_array(id, kind, key, payload) order by id) from outbox),
       'keys', (select json_agg(json_build_array(user_id, key, procedure, fingerprint)
           order by user_id, key) from idempotency_keys)) as state`,
  );
  return rows[0]?.state;
}

/** Instants of the answers, out of the way: both ways take their own time. */
function withoutInstants(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part: unknown) =>
      /^(now|createdAt|expiresAt|maxExpiresAt)$/.test(key) ? typeof part : part,
    ),
  );
}

type Way = (numbers: readonly number[]) => Promise<Answered[]>;

/** The same requests in a batch and one after the other. */
async function bothWays(round: Round, way: Way) {
  const numbers = round.requests.map((_, index) => index);
  await other.query('begin');
  for (const { id } of world.users) {
    await other.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${id}:busy`]);
  }
  await client.query('begin');
  try {
    await arrange(round);
    await client.query('savepoint arranged');
    const together = { answers: withoutInstants(await way(numbers)), state: await stateNow() };
    await client.query('rollback to savepoint arranged');
    const answers: Answered[] = [];
    for (const number of numbers) {
      answers.push(...(await way([number])));
    }
    const alone = { answers: withoutInstants(answers), state: await stateNow() };
    return { together, alone, outcomes: answers.map(({ outcome }) => outcome) };
  } finally {
    await client.query('rollback');
    await other.query('rollback');
  }
}

const ask = (by: number, seats: number[], from: number): Request => ({
  by,
  seats,
  client: from,
  show: 0,
  accessibility: false,
  key: 'none',
  session: 'alive',
});

/** The second request waits for the first, and is yet before the third for the limit of their client. */
const twoOfOneClient: Round = {
  held: Array.from({ length: seatsInHall }),
  requests: [ask(0, [0], 0), ask(0, [1, 0], 1), ask(1, [2], 1)],
  disabled: undefined,
  outOfOrder: undefined,
  features: 'none',
  everywhere: null,
  keepSeconds: null,
  ofClient: 2,
  reserved: null,
};

/** Tries many rounds, and returns every outcome that was seen. */
async function tryRounds(
  way: (round: Round) => Way,
  options: { endOnFailure?: boolean } = {},
): Promise<Set<string>> {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(anyRound, async (given) => {
      const { together, alone, outcomes } = await bothWays(given, way(given));
      expect(together).toEqual(alone);
      outcomes.forEach((outcome) => seen.add(outcome));
    }),
    { numRuns: 1_000, seed: 20261129, examples: [[twoOfOneClient]], ...options },
  );
  return seen;
}

describe('a batch is its requests, one after the other', () => {
  test('when seats are locked', { timeout: 60_000 }, async () => {
    const seen = await tryRounds((given) => (numbers) => lock(given, numbers));

    expect([...seen].toSorted()).toEqual([
      'extension_limit',
      'in_progress',
      'key_reused',
      'ok',
      'replayed',
      'seat_limit',
      'seat_rule',
      'seats_not_found',
      'seats_unavailable',
      'session_over',
      'showtime_cancelled',
      'showtime_not_found',
      'showtime_started',
    ]);
  });

  test('when seats are bought', { timeout: 60_000 }, async () => {
    const seen = await tryRounds((given) => (numbers) => confirm(given, numbers));

    expect([...seen].toSorted()).toEqual([
      'in_progress',
      'key_reused',
      'lock_expired',
      'ok',
      'reference_taken',
      'seat_limit',
      'seats_not_found',
      'session_over',
      'showtime_cancelled',
      'showtime_not_found',
      'showtime_started',
    ]);
  });
});

/** A guard of the straight path or of what decides who takes it, taken out. */
const controls: [name: string, way: 'lock' | 'confirm', sql: string, from: string, to: string][] = [
  ['who is first', 'lock', 'batch_first', 'is_first order', 'true order'],
  ['who is first', 'confirm', 'batch_first', 'is_first order', 'true order'],
  ['seats that are taken', 'lock', 'lock_seats_straight', 'not bool_or(is_taken)', 'bool_or(true)'],
  ['the cap', 'lock', 'lock_seats_straight', 'p_max_seats >=', 'p_max_seats + 9 >='],
  ['the cap of the house', 'lock', 'lock_seats_straight', 'p_max_everywhere >=', '9 >='],
  ['the cap of a client', 'lock', 'lock_seats_straight', 'p_max_client >=', '9 >='],
  ['who is first of a client', 'lock', 'lock_seats_straight', 'c.is_first_of_client and', ''],
  ['the cap of purchases', 'confirm', 'confirm_seats_straight', 'p_max_reserved >=', '99 >='],
  ['the old cap of a seat', 'lock', 'lock_seats_straight', 'p_keep_seconds is not null', 'false'],
  [
    'the rules of seats',
    'lock',
    'lock_seats_straight',
    `and not features && '{wheelchair,companion,pair}'`,
    '',
  ],
  ['seats out of order', 'lock', 'lock_seats_straight', 'and not out_of_order', ''],
  ['all the seats', 'confirm', 'confirm_seats_straight', 'b.seats = cardinality(c.seats)', 'true'],
  ['the show', 'lock', 'lock_seats_straight', 'and start_time > v_now', ''],
  ['the show', 'confirm', 'confirm_seats_straight', 'and start_time > v_now', ''],
  ['the session', 'lock', 'lock_seats_straight', 'where live and', 'where'],
  ['the session', 'confirm', 'confirm_seats_straight', 'where live and', 'where'],
  ['a busy key', 'lock', 'lock_seats_straight', 'and free', ''],
  ['a key that is known', 'lock', 'lock_seats_straight', 'key = c.key', 'false'],
  ['the lock’s end', 'confirm', 'confirm_seats_straight', 'and expires_at > v_now', ''],
  ['the lock’s owner', 'confirm', 'confirm_seats_straight', 'and user_id = call.user_id', ''],
];

describe('the comparison notices when the straight path forgets', { timeout: 60_000 }, () => {
  test.for(controls)('%s (%s)', async ([, way, name, from, to]) => {
    const { rows } = await client.query<{ source: string }>(
      'select pg_get_functiondef(oid) as source from pg_proc where proname = $1',
      [name],
    );
    const source = rows[0]?.source ?? '';
    const sabotaged = source.replace(from, to);
    expect(sabotaged).not.toBe(source);
    await running.asOwner(sabotaged);
    try {
      const run = way === 'lock' ? lock : confirm;
      // That a round differs is enough; its shortest form helps only where none may differ.
      const rounds = tryRounds((given) => (numbers) => run(given, numbers), { endOnFailure: true });
      await expect(rounds).rejects.toThrow();
    } finally {
      await running.asOwner(source);
    }
  });
});
