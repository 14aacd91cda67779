import type { Person } from '@matinee/api/testing';
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
import type { Answer, Fleet } from './fleet.ts';
import { deadlocks, sendTogether, untilExpired, withRowLock } from './scenes.ts';

/* Attacks on blocks: staff against customers. As in `attacks.ts`, each returns what went wrong. */

/** People at once; `docs/concurrency.md` quotes the figures. */
export const blockSizes = { blockedSeats: 64, blockAgainstLock: 12 };

interface Block {
  showtimeId: string;
  seatIds: string[];
  releaseAt?: string;
}

function block(fleet: Fleet, admin: Person, { showtimeId, ...seats }: Block): Promise<Answer> {
  const body = { ...seats, kind: 'house' };
  return send(fleet, admin, { path: `/showtimes/${showtimeId}/block-seats`, body });
}

/** Who has the seats of a show: `block`, or the id of the customer. */
async function holders(fleet: Fleet, showtimeId: string): Promise<Map<string, string>> {
  const { rows } = await fleet.pool.query<{ seat: string; holder: string }>(
    `select seat_id as seat, case when kind = 'block' then kind else user_id::text end as holder
     from seat_claims
     where showtime_id = $1 and (expires_at is null or expires_at > clock_timestamp())`,
    [showtimeId],
  );
  return new Map(rows.map(({ seat, holder }) => [seat, holder]));
}

/**
 * A crowd wants two seats that are blocked, one of them until a time, alone or with a seat that is free:
 * nobody gets one.
 */
async function blockedSeats(fleet: Fleet): Promise<string[]> {
  const people = blockSizes.blockedSeats;
  const sale = await aSale(fleet, { seats: 10, people });
  const { showtimeId, seatIds, admin } = sale;
  const [endless = '', timed = '', ...free] = seatIds;
  const releaseAt = new Date(Date.now() + 3_600_000).toISOString();
  await block(fleet, admin, { showtimeId, seatIds: [endless] });
  await block(fleet, admin, { showtimeId, seatIds: [timed], releaseAt });
  const answers = await Promise.all(
    sale.people.map((each, index) => {
      const wanted = [index % 2 === 0 ? endless : timed];
      const neighbour = index % 4 < 2 ? [free[index % free.length] ?? ''] : [];
      return lock(fleet, each, showtimeId, [...wanted, ...neighbour]);
    }),
  );
  const reasons = answers.flatMap(({ details }) => details.seats as { reason: string }[]);
  const held = await holders(fleet, showtimeId);
  return [
    ...problemsOf({
      'all were refused': tally(answers)['409 SEATS_UNAVAILABLE'] === people,
      'by the seat that is blocked': reasons.every((seat) => seat?.reason === 'blocked'),
      'both are blocked': held.get(endless) === 'block' && held.get(timed) === 'block',
      'nothing else is held': held.size === 2,
    }),
    ...(await invariantProblems(fleet.pool)),
  ];
}

/** Staff block two seats while people lock them, one or both, again and again: one of them has a seat. */
async function blockAgainstLock(fleet: Fleet): Promise<string[]> {
  const people = blockSizes.blockAgainstLock;
  const sale = await aSale(fleet, { seats: 2, people });
  const { showtimeId, seatIds, admin } = sale;
  const [a = '', b = ''] = seatIds;
  const wishes = [[a], [b], [b, a]];
  const deadlocksBefore = await deadlocks(fleet);
  const problems: string[] = [];
  for (let round = 0; round < 12 && problems.length === 0; round += 1) {
    const wanted = sale.people.map((_each, index) => wishes[index % 3] ?? []);
    const locks = sale.people.map(
      (each, index) => () => lock(fleet, each, showtimeId, wanted[index] ?? []),
    );
    // In the midst of them.
    locks.splice(round, 0, () => block(fleet, admin, { showtimeId, seatIds: [b, a] }));
    const answers = await sendTogether(fleet, locks);
    const [blocked] = answers.splice(round, 1);
    const held = await holders(fleet, showtimeId);
    const isBlocked = seatIds.filter((seat) => held.get(seat) === 'block').length;
    problems.push(
      ...problemsOf({
        'both seats were blocked, or none': isBlocked === (blocked?.status === 200 ? 2 : 0),
        'a block that lost was told so':
          blocked?.status === 200 || blocked?.code === 'SEATS_UNAVAILABLE',
        'everybody has what they were told': answers.every(
          ({ status }, index) =>
            status !== 201 ||
            wanted[index]?.every((seat) => held.get(seat) === sale.people[index]?.id),
        ),
        'only known answers': answers.every(({ status }) => status === 201 || status === 409),
        'no deadlock': (await deadlocks(fleet)) === deadlocksBefore,
      }),
      ...(await invariantProblems(fleet.pool)),
    );
    await fleet.pool.query('delete from seat_claims where showtime_id = $1', [showtimeId]);
  }
  return problems;
}

/**
 * Staff block a seat while its customer buys it. The customer wins while the lock lives, and the staff
 * once it has expired, even if it expires while both wait for the row.
 */
async function blockAgainstConfirm(fleet: Fleet): Promise<string[]> {
  return [...(await raceForOne(fleet, false)), ...(await raceForOne(fleet, true))];
}

async function raceForOne(fleet: Fleet, hasExpired: boolean): Promise<string[]> {
  const { people, showtimeId, seatIds, admin } = await aSale(fleet, { seats: 1, people: 1 });
  const [buyer] = people;
  if (!buyer) {
    return ['nobody there'];
  }
  await lock(fleet, buyer, showtimeId, seatIds);
  await fleet.pool.query(
    `update seat_claims set expires_at = clock_timestamp() + $2::interval where showtime_id = $1`,
    [showtimeId, hasExpired ? '400 milliseconds' : '5 minutes'],
  );
  const [blocked, bought] = await withRowLock(fleet, showtimeId, async (holder) => {
    const asked = [
      block(fleet, admin, { showtimeId, seatIds }),
      confirm(fleet, buyer, { showtimeId, seatIds }),
    ];
    await untilWaiting(fleet.pool, asked.length);
    if (hasExpired) {
      await untilExpired(fleet, showtimeId);
    }
    await holder.query('commit');
    return Promise.all(asked);
  });
  const isTold = ['SEATS_UNAVAILABLE', 'SEATS_SOLD'].includes(blocked?.code ?? '');
  return [
    ...problemsOf(
      hasExpired
        ? {
            'the block took an expired lock': blocked?.status === 200,
            'an expired lock was not sold': bought?.code === 'LOCK_EXPIRED',
          }
        : {
            'a live lock was sold': bought?.status === 201,
            'the block was refused': isTold,
          },
    ),
    ...(await invariantProblems(fleet.pool)),
  ];
}

/** Every attack by its name. */
export const blockAttacks = { blockedSeats, blockAgainstLock, blockAgainstConfirm };
