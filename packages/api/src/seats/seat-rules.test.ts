import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime, aUser, refusalOf } from '../../test/builders.ts';
import type { Person, Scene } from '../../test/builders.ts';
import type { SeatFeature, SeatRow } from '../theaters/schema.ts';

/* Wheelchair places, companion seats and love seats, as `lock_seats` and a batch judge them. */

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

/** W a wheelchair place, C a companion seat, P half of a love seat, _ a gap, . another seat. */
const hall = ['WCCCC.CW', '.WC_CCWW', 'PPPP.PP.'];

const features: Readonly<Record<string, SeatFeature>> = {
  W: 'wheelchair',
  C: 'companion',
  P: 'pair',
};

/** Seats are named by row and position, so that the names show who sits beside whom. */
const rows: SeatRow[] = hall.map((drawing, index) => ({
  label: 'ABC'.charAt(index),
  seats: drawing.length,
  overrides: [...drawing].flatMap((sign, place): NonNullable<SeatRow['overrides']> => {
    const position = place + 1;
    const feature = features[sign];
    if (sign === '_') {
      return [{ position, gap: true }];
    }
    return feature ? [{ position, number: position, features: [feature] }] : [];
  }),
}));

interface Row {
  what: string;
  /** Locked by the user before, with `accessibility`. */
  held?: string;
  wanted: string;
  accessibility?: true;
  /** What the user is refused with, and the seats that are named. */
  rule?: [rule: string, seats: string];
}

const asked = { accessibility: true } as const;
const table: Row[] = [
  { what: 'another seat', wanted: 'A6' },
  { what: 'another seat, asked for', wanted: 'A6', ...asked },
  { what: 'a wheelchair place', wanted: 'A1', rule: ['accessibility_not_asked', 'A1'] },
  { what: 'a wheelchair place, asked for', wanted: 'A1', ...asked },
  { what: 'two in other rows', wanted: 'A1 A6 B2', rule: ['accessibility_not_asked', 'A1 B2'] },
  { what: 'a companion seat', wanted: 'A2', rule: ['companion_alone', 'A2'] },
  { what: 'a companion seat, asked for', wanted: 'A2', ...asked, rule: ['companion_alone', 'A2'] },
  { what: 'a companion beside the place', wanted: 'A1 A2', ...asked },
  { what: 'a companion left of the place', wanted: 'A7 A8', ...asked },
  { what: 'a companion beside a place that is held', held: 'A1', wanted: 'A2' },
  { what: 'one seat from it', wanted: 'A1 A3', ...asked, rule: ['companion_alone', 'A3'] },
  { what: 'the second beside the first', wanted: 'A1 A2 A3', ...asked },
  { what: 'the second beside one that is held', held: 'A1 A2', wanted: 'A3' },
  {
    what: 'beside the place of another row',
    wanted: 'A1 B3',
    ...asked,
    rule: ['companion_alone', 'B3'],
  },
  { what: 'across a gap', wanted: 'B2 B3 B5', ...asked, rule: ['companion_alone', 'B5'] },
  { what: 'three companions', wanted: 'A1 A2 A3 A4', ...asked },
  {
    what: 'four',
    wanted: 'A1 A2 A3 A4 A5',
    ...asked,
    rule: ['too_many_companions', 'A2 A3 A4 A5'],
  },
  {
    what: 'a fourth beside three that are held',
    held: 'A1 A2 A3 A4',
    wanted: 'A5',
    rule: ['too_many_companions', 'A5'],
  },
  { what: 'two companions of two places', wanted: 'B5 B6 B7 B8', ...asked },
  { what: 'half of a love seat', wanted: 'C1', rule: ['pair_split', 'C1'] },
  { what: 'its other half', wanted: 'C2', rule: ['pair_split', 'C2'] },
  { what: 'a love seat', wanted: 'C1 C2' },
  { what: 'the love seat beside it', wanted: 'C3 C4' },
  { what: 'halves of two', wanted: 'C2 C3', rule: ['pair_split', 'C2 C3'] },
  { what: 'two love seats', wanted: 'C1 C2 C6 C7' },
  { what: 'one whole and half of another', wanted: 'C1 C2 C6', rule: ['pair_split', 'C6'] },
];

/** Ids of the seats that a row of the table names. */
function idsOf({ theater }: Scene, names: string): string[] {
  return names.split(' ').map((name) => {
    const seat = theater.seats.find(({ rowLabel, position }) => `${rowLabel}${position}` === name);
    if (!seat) {
      throw new Error(`No seat ${name}`);
    }
    return seat.id;
  });
}

/** A user who has locked what the row says. */
async function aCustomer(scene: Scene, { held }: Row): Promise<Person> {
  const customer = await aUser(running.app);
  if (held) {
    const seatIds = idsOf(scene, held);
    const input = { showtimeId: scene.showtime.id, seatIds, accessibility: true as const };
    await customer.call.showtimes.lockSeats(input);
  }
  return customer;
}

/** The refusal of a row, as the function returns it. */
function refusalIn(scene: Scene, { rule }: Row) {
  return rule && { rule: rule[0], seatIds: idsOf(scene, rule[1]) };
}

describe('a customer asks for', () => {
  test.for(table)('$what: $wanted', async (row) => {
    const scene = await aShowtime(running.app, { rows });
    const { call } = await aCustomer(scene, row);
    const seatIds = idsOf(scene, row.wanted);
    const { accessibility } = row;
    const input = { showtimeId: scene.showtime.id, seatIds, accessibility };
    const details = refusalIn(scene, row);

    if (details) {
      expect(await refusalOf(call.showtimes.lockSeats(input))).toEqual({
        code: 'SEAT_RULE',
        details,
      });
    } else {
      const { seats } = await call.showtimes.lockSeats(input);
      expect(seats.map(({ seatId }) => seatId).toSorted()).toEqual(seatIds.toSorted());
    }
  });
});

/** The first arguments of both functions that take a batch. */
interface Batch {
  sessions: (string | undefined)[];
  users: string[];
  showtimes: string[];
  seats: string[];
  accessibility: boolean[];
}

/** The request of a row, and three of other customers for seats that have no rules. */
async function aBatch(row: Row): Promise<{ scene: Scene; batch: Batch }> {
  const scene = await aShowtime(running.app, { rows });
  const beside = await aShowtime(running.app, { seats: 3 });
  const customer = await aCustomer(scene, row);
  const others = await Promise.all([0, 1, 2].map(() => aUser(running.app)));
  const users = [customer, ...others].map(({ id }) => id);
  const { rows: known } = await running.app.pool.query<{ id: string; user_id: string }>(
    'select id, user_id from sessions where user_id = any($1)',
    [users],
  );
  const batch = {
    sessions: users.map((id) => known.find(({ user_id }) => user_id === id)?.id),
    users,
    showtimes: [scene.showtime.id, ...others.map(() => beside.showtime.id)],
    seats: [idsOf(scene, row.wanted), ...beside.seatIds.map((id) => [id])].map(
      (ids) => `{${ids.join()}}`,
    ),
    accessibility: [row.accessibility ?? false, false, false, false],
  };
  return { scene, batch };
}

const none = [null, null, null, null];
const limits = [600, 1800, 10, 30, 900];

interface Answer {
  outcome: string;
  rule?: string;
  seatIds?: string[];
}

/** The answer to the first request of a batch; the others are served. */
async function answerInBatch(batch: Batch): Promise<Answer | undefined> {
  const { sessions, users, showtimes, seats, accessibility } = batch;
  const later = users.map(() => new Date(Date.now() + 3_600_000));
  const { rows: answers } = await running.app.pool.query<{ place: number; result: Answer }>(
    `select place, result from lock_seats_together($1, $2, $3, $4, $5, $6::text[], $6::text[], $7, $8, $9, $10, $11,
       $6::text[]::bigint[], 40, $12, null) order by place`,
    [sessions, later, users, showtimes, seats, none, ...limits, accessibility],
  );
  expect(answers.slice(1).map(({ result }) => result.outcome)).toEqual(['ok', 'ok', 'ok']);
  return answers[0]?.result;
}

/** The places of the requests that the straight path serves; nothing is kept. */
async function servedStraight({ users, showtimes, seats }: Batch): Promise<number[]> {
  const client = await running.app.pool.connect();
  try {
    await client.query('begin');
    const { rows: served } = await client.query<{ places: number[] }>(
      `select places from lock_seats_straight('{t,t,t,t}', $1, $2, $3, $4::text[], $4::text[], $5, $6, $7, $8, $9,
         $4::text[]::bigint[], 40)`,
      [users, showtimes, seats, none, ...limits],
    );
    return (served[0]?.places ?? []).toSorted();
  } finally {
    await client.query('rollback');
    client.release();
  }
}

describe('in a batch with others, a customer asks for', () => {
  test.for(table)('$what: $wanted', async (row) => {
    const { scene, batch } = await aBatch(row);
    const refusal = refusalIn(scene, row);
    const ruled = row.wanted !== 'A6';

    expect(await servedStraight(batch)).toEqual(ruled ? [2, 3, 4] : [1, 2, 3, 4]);
    expect(await answerInBatch(batch)).toMatchObject(
      refusal ? { outcome: 'seat_rule', ...refusal } : { outcome: 'ok' },
    );
  });
});

describe('the rules', () => {
  test.each(['admin', 'staff'])('are not for %s', async (role) => {
    const scene = await aShowtime(running.app, { rows });
    const { id, call } = await aUser(running.app);
    await running.app.pool.query('update users set role = $2 where id = $1', [id, role]);
    const seatIds = idsOf(scene, 'A1 A3 C1');

    const { seats } = await call.showtimes.lockSeats({ showtimeId: scene.showtime.id, seatIds });
    expect(seats).toHaveLength(3);
  });

  test('count seats that the customer has bought', async () => {
    const scene = await aShowtime(running.app, { rows });
    const showtimeId = scene.showtime.id;
    const { call } = await aCustomer(scene, { what: '', held: 'A1', wanted: '' });
    await call.reservations.create({ showtimeId, seatIds: idsOf(scene, 'A1') });

    const { seats } = await call.showtimes.lockSeats({ showtimeId, seatIds: idsOf(scene, 'A2') });
    expect(seats).toHaveLength(1);
  });

  test('count neither locks that have ended nor seats of others', async () => {
    const scene = await aShowtime(running.app, { rows });
    const showtimeId = scene.showtime.id;
    const { id, call } = await aCustomer(scene, { what: '', held: 'A1', wanted: '' });
    await aCustomer(scene, { what: '', held: 'A7 A8', wanted: '' });
    await running.app.pool.query(
      `update seat_claims set locked_at = now() - interval '20 minutes',
         expires_at = now() - interval '1 minute' where user_id = $1`,
      [id],
    );

    const seatIds = idsOf(scene, 'A2');
    const refusal = await refusalOf(call.showtimes.lockSeats({ showtimeId, seatIds }));
    expect(refusal).toEqual({ code: 'SEAT_RULE', details: { rule: 'companion_alone', seatIds } });
  });

  test('come after the limit of seats, and before seats that are taken', async () => {
    const scene = await aShowtime(running.app, { rows });
    const showtimeId = scene.showtime.id;
    await aCustomer(scene, { what: '', held: 'A1', wanted: '' });
    const { call } = await aUser(running.app);
    const codeOf = async (seatIds: string[]) =>
      (await refusalOf(call.showtimes.lockSeats({ showtimeId, seatIds }))).code;

    expect(await codeOf(scene.seatIds.slice(0, 11))).toBe('SEAT_LIMIT_EXCEEDED');
    expect(await codeOf(idsOf(scene, 'A1'))).toBe('SEAT_RULE');
  });

  test('are told to servers of the release before as seats that are not for sale', async () => {
    const { scene, batch } = await aBatch({ what: '', wanted: 'A1 A2' });
    const { sessions, users, showtimes, seats } = batch;
    const later = users.map(() => new Date(Date.now() + 3_600_000));
    const { rows: answers } = await running.app.pool.query<{ result: Answer }>(
      `select result from lock_seats_together($1, $2, $3, $4, $5, $6::text[], $6::text[], $7, $8, $9, $10, $11,
         $6::text[]::bigint[], 40, null) order by place`,
      [sessions, later, users, showtimes, seats, none, ...limits],
    );

    const [seatId] = idsOf(scene, 'A1');
    expect(answers.map(({ result }) => result.outcome)).toEqual([
      'seats_unavailable',
      'ok',
      'ok',
      'ok',
    ]);
    expect(answers[0]?.result).toMatchObject({ seats: [{ seatId, reason: 'blocked' }] });
  });
});
