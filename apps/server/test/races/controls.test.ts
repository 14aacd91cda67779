import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTestServer } from '../server.ts';
import { attacks } from './attacks.ts';
import type { Attack } from './attacks.ts';
import { startFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import { both, drop, inRounds, rewrite, withoutRowLock } from './sabotage.ts';
import type { Sabotage } from './sabotage.ts';
import { gate } from './scenes.ts';

/*
 * Positive controls: with one guard taken out, the attack that it withstands finds something. A race
 * test that passes without the guard tests nothing.
 */

const upsertGuard = 'where c.reservation_id is null and c.expires_at <= clock_timestamp()';
const blockGuard = "where c.kind = 'block' or c.expires_at <= clock_timestamp()";
const conflictRead = 'if v_seen.conflict then';

/** Waits at the gate before the second seat of a transaction, so that requests that cross meet. */
const gated = rewrite(
  'lock_seats',
  'v_began, v_began +',
  `v_began, case
     when set_config('races.seats', coalesce(current_setting('races.seats', true), '') || 'x', true) <> 'xx'
       or pg_advisory_xact_lock_shared(${gate}) is not null then interval '0'
     end + v_began +`,
);

const controls: Record<string, { attack: Attack; sabotage: Sabotage }> = {
  'the primary key of the claims': {
    attack: attacks.crowd,
    sabotage: both(
      drop('seat_claims', 'seat_claims_pkey'),
      rewrite(
        'lock_seats',
        /on conflict \(showtime_id, seat_id\) do update set[^]*?clock_timestamp\(\)/,
        '',
      ),
      rewrite('lock_seats', conflictRead, 'if false then'),
      rewrite(
        'lock_seats',
        'if v_got.held = cardinality(p_seats)',
        'if v_got.held >= cardinality(p_seats)',
      ),
    ),
  },
  'the condition of the upsert': {
    attack: attacks.crowd,
    sabotage: both(
      rewrite('lock_seats', upsertGuard, ''),
      rewrite('lock_seats', conflictRead, 'if false then'),
    ),
  },
  'the order of the seats': {
    attack: attacks.crossing,
    sabotage: both(
      rewrite('lock_seats', 'order by s.id', 'order by array_position(p_seats, s.id)'),
      gated,
    ),
  },
  'giving back what was taken when not all could be had': {
    attack: attacks.crossing,
    sabotage: both(
      rewrite(
        'lock_seats',
        'delete from seat_claims where showtime_id = p_showtime and seat_id = any(v_taken);',
        '',
      ),
      rewrite('lock_seats', conflictRead, 'if v_seen.conflict and v_attempt > 1 then'),
    ),
  },
  'the row lock of a confirmation': {
    attack: attacks.takeoverAgainstConfirm,
    sabotage: rewrite('confirm_seats', /order by seat_id for update/, 'order by seat_id'),
  },
  'reading the clock after the row lock': {
    attack: attacks.expiryWhileWaiting,
    sabotage: both(
      rewrite(
        'confirm_seats',
        'select role into v_role from users',
        `v_now := date_trunc('milliseconds', clock_timestamp());
         select role into v_role from users`,
      ),
      rewrite('confirm_seats', /for update;\s+v_now := [^;]+;/, 'for update;'),
    ),
  },
  'the idempotency key': {
    attack: attacks.repeatedPurchase,
    sabotage: rewrite('confirm_seats', 'if p_key is not null then', 'if false then'),
  },
  'answering a second request with the key at once': {
    attack: attacks.repeatedPurchase,
    sabotage: rewrite('idempotency_begin', /if not pg_try_advisory_xact_lock[^]*?end if;/, ''),
  },
  'the row lock that keeps the cap': {
    attack: attacks.greed,
    sabotage: rewrite('lock_seats', 'for no key update', ''),
  },
  'the share lock on the showtime': {
    attack: attacks.editedUnderway,
    sabotage: rewrite('lock_seats', 'for key share', ''),
  },
  'the row lock on a showtime that is cancelled': {
    attack: attacks.cancelledUnderway,
    sabotage: withoutRowLock('showtimes'),
  },
  'the row lock on a reservation that is cancelled': {
    attack: attacks.repeatedCancel,
    sabotage: withoutRowLock('reservations'),
  },
  'the row lock on a theater, and the exclusion behind it': {
    attack: attacks.overbookedTheater,
    sabotage: both(withoutRowLock('theaters'), drop('showtimes', 'showtimes_no_overlap')),
  },
  'whose lock it is that is confirmed': {
    attack: attacks.theft,
    sabotage: both(
      rewrite('confirm_seats', 'and user_id = p_user and reservation_id is null', ''),
      rewrite('confirm_seats', 'and user_id = p_user and reservation_id is null', ''),
    ),
  },
  'that a lock does not take a blocked seat': {
    attack: attacks.blockedSeats,
    sabotage: both(
      rewrite('lock_seats', upsertGuard, ''),
      rewrite('lock_seats', conflictRead, 'if false then'),
    ),
  },
  'that a block lasts': {
    attack: attacks.blockedSeats,
    sabotage: rewrite('block_seats', /p_release_at, 'block'/, "clock_timestamp(), 'block'"),
  },
  'that a block takes no live lock': {
    attack: attacks.blockAgainstLock,
    sabotage: rewrite('block_seats', blockGuard, ''),
  },
  'that a block takes no seat that is being bought': {
    attack: attacks.blockAgainstConfirm,
    sabotage: rewrite('block_seats', blockGuard, ''),
  },
  'the exclusion of overlaps in the schema': {
    attack: attacks.overlapBehindTheProduct,
    sabotage: drop('showtimes', 'showtimes_no_overlap'),
  },
  'that buyers share the showtime': {
    attack: attacks.neighbours,
    sabotage: rewrite('lock_seats', 'for key share', 'for update'),
  },
};

/** Takes the look at the claims before the upsert out of the straight path. */
const blind = rewrite('lock_seats_straight', 'not bool_or(is_taken)', 'true or bool_or(is_taken)');

/** The same for what batches do by themselves. `together.test.ts` has the other conditions. */
const controlsInBatches: typeof controls = {
  'the condition of the upsert': {
    attack: attacks.crowd,
    sabotage: both(blind, rewrite('lock_seats_straight', upsertGuard, '')),
  },
  'that a lock does not take a blocked seat': {
    attack: attacks.blockedSeats,
    sabotage: both(blind, rewrite('lock_seats_straight', upsertGuard, '')),
  },
  'giving back what was taken when not all could be had': {
    attack: attacks.crossing,
    sabotage: both(
      blind,
      rewrite('lock_seats_straight', /delete from seat_claims c using[^;]*;/, ''),
    ),
  },
};

/** A server runs the requests of a batch one after the other, so fewer of them would meet. */
async function startFleetWithoutBatches(): Promise<Fleet> {
  const first = await startTestServer({ batching: false });
  const second = await startTestServer({ batching: false }, first.databaseUrl);
  return {
    servers: [first, second],
    pool: first.app.pool,
    owner: { query: first.asOwner },
    close: async () => {
      await second.close();
      await first.close();
    },
  };
}

let fleet: Fleet;
afterEach(async () => {
  vi.restoreAllMocks();
  // A sabotaged database breaks invariants by design: emptied, it breaks none when it is closed.
  await fleet.owner.query(
    'truncate users, showtimes, theaters, movies, outbox, idempotency_keys cascade',
  );
  await fleet.close();
});

/** A guard that is gone has to be noticed within this. */
const timeout = 60_000;

describe('an attack notices when there is no more, in batches,', { timeout }, () => {
  beforeEach(async () => {
    fleet = await startFleet();
  });

  test.for(Object.entries(controlsInBatches))('%s', async ([, { attack, sabotage }]) => {
    await sabotage(fleet.owner);
    expect(await inRounds(attack, fleet)).not.toEqual([]);
  });
});

describe('an attack notices when there is no more', { timeout }, () => {
  beforeEach(async () => {
    fleet = await startFleetWithoutBatches();
  });

  test.for(Object.entries(controls))('%s', async ([, { attack, sabotage }]) => {
    await sabotage(fleet.owner);
    expect(await inRounds(attack, fleet)).not.toEqual([]);
  });

  test('and finds nothing while what stands between takes nothing out', async () => {
    await withoutRowLock('nothing')(fleet.owner);
    expect(await attacks.repeatedCancel(fleet)).toEqual([]);
  });
});
