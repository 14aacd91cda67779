import { blockAttacks, blockSizes } from './block-attacks.ts';
import {
  aSale,
  confirm,
  invariantProblems,
  lock,
  problemsOf,
  send,
  tally,
  untilWaiting,
} from './fleet.ts';
import type { Fleet } from './fleet.ts';
import {
  cancelShow,
  countClaims,
  deadlocks,
  inTransaction,
  pairOf,
  partialLocks,
  sendTogether,
  untilExpired,
  withRowLock,
} from './scenes.ts';

/*
 * Each attack plays one kind of race against two servers and returns what went wrong: nothing on a
 * sound system, something once the guard is taken out (`controls.test.ts`).
 */
export type Attack = (fleet: Fleet) => Promise<string[]>;

/** Requests or people at once; `docs/concurrency.md` quotes these figures. */
export const sizes = {
  crowd: 100,
  crossing: 16,
  repeatedPurchase: 12,
  greed: 16,
  cancelledUnderway: 40,
  repeatedCancel: 20,
  overbookedTheater: 16,
  ...blockSizes,
};

/** A crowd wants the same two seats; the one who gets them buys them. */
export const crowd: Attack = async (fleet) => {
  const { people, showtimeId, seatIds } = await aSale(fleet, { seats: 2, people: sizes.crowd });
  const locks = await Promise.all(people.map((each) => lock(fleet, each, showtimeId, seatIds)));
  const sales = await Promise.all(
    people.map((each) => confirm(fleet, each, { showtimeId, seatIds })),
  );
  const named = locks.every(
    ({ status, details }) => status === 201 || (details.seats as unknown[])?.length === 2,
  );
  const counts = tally(locks);
  return [
    ...problemsOf({
      'one lock won': counts['201'] === 1,
      'all others were refused by name':
        counts['409 SEATS_UNAVAILABLE'] === sizes.crowd - 1 && named,
      'one sale': tally(sales)['201'] === 1,
    }),
    ...(await invariantProblems(fleet.pool)),
  ];
};

/** People want overlapping pairs round a table, in both directions, again and again. */
export const crossing: Attack = async (fleet) => {
  const { people, showtimeId, seatIds } = await aSale(fleet, { seats: 8, people: sizes.crossing });
  const problems: string[] = [];
  const deadlocksBefore = await deadlocks(fleet);
  for (let round = 0; round < 12 && problems.length === 0; round += 1) {
    const answers = await sendTogether(
      fleet,
      people.map((each, index) => () => {
        const a = seatIds[index % 8] ?? '';
        const b = seatIds[(index + 1) % 8] ?? '';
        return lock(fleet, each, showtimeId, index < sizes.crossing / 2 ? [a, b] : [b, a]);
      }),
    );
    const counts = tally(answers);
    problems.push(
      ...problemsOf({
        'somebody was served in every round': (counts['201'] ?? 0) > 0,
        'only known answers': answers.every(({ status }) => status === 201 || status === 409),
      }),
      ...problemsOf({ 'no deadlock': (await deadlocks(fleet)) === deadlocksBefore }),
      ...(await partialLocks(fleet, showtimeId, answers)),
    );
    await fleet.pool.query('delete from seat_claims where showtime_id = $1', [showtimeId]);
  }
  return problems;
};

/** Two people take over the same expired lock while its first owner confirms. */
export const takeoverAgainstConfirm: Attack = async (fleet) => {
  const { people, showtimeId, seatIds } = await aSale(fleet, { seats: 1, people: 2 });
  const [owner, other] = pairOf(people);
  await lock(fleet, owner, showtimeId, seatIds);
  return withRowLock(fleet, showtimeId, async (holder) => {
    const confirming = confirm(fleet, owner, { showtimeId, seatIds });
    await untilWaiting(fleet.pool, 1);
    // The transaction that holds the row gives it to the other person.
    await holder.query(
      `update seat_claims set user_id = $2, locked_at = clock_timestamp(),
         expires_at = clock_timestamp() + interval '10 minutes' where showtime_id = $1`,
      [showtimeId, other.id],
    );
    await holder.query('commit');
    const answer = await confirming;
    const bought = await confirm(fleet, other, { showtimeId, seatIds });
    return [
      ...problemsOf({
        'the former owner was refused': answer.code === 'LOCK_EXPIRED',
        'the new owner could buy': bought.status === 201,
      }),
      ...(await invariantProblems(fleet.pool)),
    ];
  });
};

/** A lock runs out while its owner's confirmation waits for the row: it must not be sold. */
export const expiryWhileWaiting: Attack = async (fleet) => {
  const { people, showtimeId, seatIds } = await aSale(fleet, { seats: 1, people: 1 });
  const [owner] = people;
  if (!owner) {
    return ['nobody there'];
  }
  await lock(fleet, owner, showtimeId, seatIds);
  await fleet.pool.query(
    `update seat_claims set expires_at = clock_timestamp() + interval '400 milliseconds'
     where showtime_id = $1`,
    [showtimeId],
  );
  return withRowLock(fleet, showtimeId, async (holder) => {
    const confirming = confirm(fleet, owner, { showtimeId, seatIds });
    await untilWaiting(fleet.pool, 1);
    await untilExpired(fleet, showtimeId);
    await holder.query('commit');
    const { code } = await confirming;
    return problemsOf({ 'an expired lock was refused': code === 'LOCK_EXPIRED' });
  });
};

/**
 * The same purchase under one key, many times at once on both servers, while the seats' rows are
 * held: the request that came first waits, and the others are refused immediately.
 */
export const repeatedPurchase: Attack = async (fleet) => {
  const { people, showtimeId, seatIds } = await aSale(fleet, { seats: 2, people: 1 });
  const [buyer] = people;
  if (!buyer) {
    return ['nobody there'];
  }
  await lock(fleet, buyer, showtimeId, seatIds);
  const attempt = () => confirm(fleet, buyer, { showtimeId, seatIds }, 'one-key');
  const times = sizes.repeatedPurchase;
  const answers = await withRowLock(fleet, showtimeId, async (holder) => {
    let settled = 0;
    const attempts = Array.from({ length: times }, () => attempt().finally(() => (settled += 1)));
    await untilWaiting(fleet.pool, times, () => settled);
    await holder.query('commit');
    return Promise.all(attempts);
  });
  const after = await attempt();
  const successes = [...answers, after].filter(({ status }) => status === 201);
  const counts = tally(answers);
  return [
    ...problemsOf({
      'one was at work': counts['201'] === 1,
      'the others were told': counts['409 IDEMPOTENCY_CONFLICT'] === times - 1,
      'the same answer each time':
        new Set(successes.map(({ data }) => JSON.stringify(data))).size === 1,
      'a replay says so': after.replayed,
    }),
    ...(await invariantProblems(fleet.pool)),
  ];
};

/**
 * One person asks for too many seats in as many requests, all of which have one seat in common that
 * another user is just giving up: all of them have counted before the first of them goes on.
 */
export const greed: Attack = async (fleet) => {
  const { people, showtimeId, seatIds, theater } = await aSale(fleet, {
    seats: sizes.greed + 1,
    people: 2,
  });
  const [greedy, other] = pairOf(people);
  const [common = '', ...seats] = seatIds;
  const answers = await inTransaction(fleet, async (holder) => {
    await holder.query(
      `insert into seat_claims (showtime_id, seat_id, theater_id, user_id, price, locked_at, expires_at)
     values ($1, $2, $3, $4, 1, clock_timestamp(), clock_timestamp() + interval '1 minute')`,
      [showtimeId, common, theater.id, other.id],
    );
    const asked = seats.map((seat) => lock(fleet, greedy, showtimeId, [common, seat]));
    // With batches, each server sends one request of a user at a time.
    const { batching } = fleet.servers[0].app.config;
    await untilWaiting(fleet.pool, batching ? fleet.servers.length : seats.length);
    await holder.query('rollback');
    return Promise.all(asked);
  });
  const held = await countClaims(fleet, showtimeId);
  return problemsOf({
    'no more than ten seats are held': held <= 10,
    'ten could be had': held === 10,
    'the others were told the limit': answers.every(
      ({ status, code }) => status === 201 || code === 'SEAT_LIMIT_EXCEEDED',
    ),
  });
};

/**
 * The show is cancelled while a buyer's transaction is open, and then another one while people lock
 * and buy.
 */
export const cancelledUnderway: Attack = async (fleet) => [
  ...(await cancelledBehindOneBuyer(fleet)),
  ...(await cancelledInTheRush(fleet)),
];

/** The buyer has looked at the showtime and waits for their own row. */
const cancelledBehindOneBuyer: Attack = async (fleet) => {
  const { people, showtimeId, seatIds, admin } = await aSale(fleet, { seats: 1, people: 1 });
  const [buyer] = people;
  if (!buyer) {
    return ['nobody there'];
  }
  const [cancelled] = await inTransaction(fleet, async (holder) => {
    await holder.query('select 1 from users where id = $1 for update', [buyer.id]);
    const buying = lock(fleet, buyer, showtimeId, seatIds);
    await untilWaiting(fleet.pool, 1);
    let answered = 0;
    const cancelling = cancelShow(fleet, admin, showtimeId).finally(() => (answered += 1));
    await untilWaiting(fleet.pool, 2, () => answered);
    await holder.query('commit');
    return Promise.all([cancelling, buying]);
  });
  return [
    ...problemsOf({ 'the cancellation succeeded': cancelled.status === 200 }),
    ...(await invariantProblems(fleet.pool)),
  ];
};

const cancelledInTheRush: Attack = async (fleet) => {
  const { people, showtimeId, seatIds, admin } = await aSale(fleet, {
    seats: sizes.cancelledUnderway,
    people: sizes.cancelledUnderway,
  });
  const buy = async (index: number) => {
    const person = people[index];
    const seats = [seatIds[index] ?? ''];
    if (person && (await lock(fleet, person, showtimeId, seats)).status === 201) {
      return confirm(fleet, person, { showtimeId, seatIds: seats });
    }
    return undefined;
  };
  const cancelling = cancelShow(fleet, admin, showtimeId);
  const [cancelled] = await Promise.all([cancelling, ...people.map((_each, index) => buy(index))]);
  return [
    ...problemsOf({ 'the cancellation succeeded': cancelled.status === 200 }),
    ...(await invariantProblems(fleet.pool)),
  ];
};

/** The editor's transaction is open: buyers wait for it and see what it did. */
export const editedUnderway: Attack = async (fleet) => {
  const { people, showtimeId, seatIds } = await aSale(fleet, { seats: 1, people: 1 });
  const [buyer] = people;
  if (!buyer) {
    return ['nobody there'];
  }
  return inTransaction(fleet, async (editor) => {
    await editor.query('select 1 from showtimes where id = $1 for update', [showtimeId]);
    const locking = lock(fleet, buyer, showtimeId, seatIds);
    await untilWaiting(fleet.pool, 1);
    await editor.query('update showtimes set cancelled_at = now() where id = $1', [showtimeId]);
    await editor.query('commit');
    const { code } = await locking;
    return [
      ...problemsOf({ 'the buyer saw the edit': code === 'SHOWTIME_CANCELLED' }),
      ...(await invariantProblems(fleet.pool)),
    ];
  });
};

/** A user confirms seats that another user has locked. */
export const theft: Attack = async (fleet) => {
  const { people, showtimeId, seatIds } = await aSale(fleet, { seats: 4, people: 2 });
  const [owner, thief] = pairOf(people);
  await lock(fleet, owner, showtimeId, seatIds);
  const stolen = await confirm(fleet, thief, { showtimeId, seatIds });
  return [
    ...problemsOf({ 'the thief was refused': stolen.code === 'LOCK_EXPIRED' }),
    ...(await invariantProblems(fleet.pool)),
  ];
};

/** One reservation is cancelled many times at once; its seat is free afterwards. */
export const repeatedCancel: Attack = async (fleet) => {
  const { people, showtimeId, seatIds } = await aSale(fleet, { seats: 1, people: 2 });
  const [buyer, next] = pairOf(people);
  await lock(fleet, buyer, showtimeId, seatIds);
  const { data } = await confirm(fleet, buyer, { showtimeId, seatIds });
  const path = `/reservations/${String(data.id)}`;
  const answers = await Promise.all(
    Array.from({ length: sizes.repeatedCancel }, () =>
      send(fleet, buyer, { method: 'DELETE', path }),
    ),
  );
  const counts = tally(answers);
  const locked = await lock(fleet, next, showtimeId, seatIds);
  return [
    ...problemsOf({
      'one cancellation': counts['200'] === 1,
      'the others were told': counts['422 ALREADY_CANCELLED'] === sizes.repeatedCancel - 1,
      'the seat is free at once': locked.status === 201,
    }),
    ...(await invariantProblems(fleet.pool)),
  ];
};

/**
 * Administrators put a showtime into the same hour of the same theater. All of them wait for
 * the movie, which an editor holds, so that they reach the theater together.
 */
export const overbookedTheater: Attack = async (fleet) => {
  const { admin, theater, movieId } = await aSale(fleet, { seats: 1, people: 0 });
  const startTime = new Date(Date.now() + 5 * 86_400_000).toISOString();
  const body = { theaterId: theater.id, movieId, startTime, price: '9.00' };
  const answers = await inTransaction(fleet, async (editor) => {
    await editor.query('select 1 from movies where id = $1 for update', [movieId]);
    const asked = Array.from({ length: sizes.overbookedTheater }, () =>
      send(fleet, admin, { path: '/showtimes', body }),
    );
    await untilWaiting(fleet.pool, asked.length);
    await editor.query('rollback');
    return Promise.all(asked);
  });
  const counts = tally(answers);
  return [
    ...problemsOf({
      'one got the hour': counts['201'] === 1,
      'the others were told': counts['409 SHOWTIME_OVERLAP'] === sizes.overbookedTheater - 1,
    }),
    ...(await invariantProblems(fleet.pool)),
  ];
};

/** The table itself refuses an overlap, whatever a program in front of it believes. */
export const overlapBehindTheProduct: Attack = async (fleet) => {
  const { showtimeId } = await aSale(fleet, { seats: 1, people: 0 });
  await fleet.pool
    .query(
      `insert into showtimes (id, movie_id, theater_id, start_time, end_time, blocked_until, price,
         currency, total_seats)
       select gen_random_uuid(), movie_id, theater_id, start_time + interval '1 minute', end_time,
         blocked_until, price, currency, total_seats from showtimes where id = $1`,
      [showtimeId],
    )
    .catch(() => {});
  return invariantProblems(fleet.pool);
};

/** Whether a buyer of one seat waits for the buyer of another. */
export const neighbours: Attack = async (fleet) => {
  const { people, showtimeId, seatIds } = await aSale(fleet, { seats: 2, people: 2 });
  const [first, second] = pairOf(people);
  await lock(fleet, first, showtimeId, seatIds.slice(0, 1));
  return withRowLock(fleet, showtimeId, async (holder) => {
    await holder.query('select 1 from showtimes where id = $1 for key share', [showtimeId]);
    const answer = await lock(fleet, second, showtimeId, seatIds.slice(1));
    await holder.query('commit');
    return problemsOf({ 'the neighbour was served meanwhile': answer.status === 201 });
  });
};

/** Every attack by its name. */
export const attacks = {
  crowd,
  crossing,
  takeoverAgainstConfirm,
  expiryWhileWaiting,
  repeatedPurchase,
  greed,
  cancelledUnderway,
  editedUnderway,
  theft,
  repeatedCancel,
  overbookedTheater,
  overlapBehindTheProduct,
  neighbours,
  ...blockAttacks,
} satisfies Record<string, Attack>;
