import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  deadlineRace,
  expiryWhileSettling,
  refundCrowd,
  settledByMany,
  smallDeadlineRace,
} from './payment-attacks.ts';
import type { PaymentAttack } from './payment-attacks.ts';
import { startPayingFleet } from './payment-scenes.ts';
import type { PayingFleet } from './payment-scenes.ts';
import { both, inRounds, rewrite, withoutText } from './sabotage.ts';
import type { Sabotage } from './sabotage.ts';

/* Money and seats on two servers: races, and then each race without the guard that it tests. */

let fleet: PayingFleet;

describe('two servers on one database withstand', () => {
  beforeAll(async () => {
    fleet = await startPayingFleet();
  });
  afterAll(() => fleet.close());

  test('two hundred payments within 50 ms of their deadline, with others waiting', async () => {
    const { problems, branches } = await deadlineRace(fleet, 200);
    console.log(`payments at their deadline: ${JSON.stringify(branches)}`);
    expect(problems).toEqual([]);
    expect(Object.entries(branches).filter(([, times]) => times === 0)).toEqual([]);
  }, 90_000);

  test.for(Object.entries({ settledByMany, refundCrowd, expiryWhileSettling }))(
    '%s',
    async ([, attack]) => {
      expect(await attack(fleet)).toEqual([]);
    },
  );
});

const controls: Record<string, { attack: PaymentAttack; sabotage: Sabotage }> = {
  'the row lock on the claims of a sale': {
    attack: expiryWhileSettling,
    sabotage: rewrite('settle_reservation', /order by c\.seat_id for update of c/, ''),
  },
  'the condition of the sale': {
    attack: smallDeadlineRace,
    sabotage: rewrite(
      'settle_reservation',
      /where c\.reservation_id is null\s+and \(c\.user_id = excluded[^)]*\)/,
      '',
    ),
  },
  'the look whether a payment was settled before': {
    attack: settledByMany,
    sabotage: rewrite('settle_payment', "if v_paid.status = 'succeeded' then", 'if false then'),
  },
  'the row locks on a payment and its reservation': {
    attack: refundCrowd,
    sabotage: both(
      rewrite('request_refund', 'where id = p_payment for update', 'where id = p_payment'),
      withoutText(/ for update of r$/),
    ),
  },
};

/** A guard that is gone has to be noticed within this. */
const timeout = 60_000;

describe('a race for money notices when there is no more', { timeout }, () => {
  beforeEach(async () => {
    fleet = await startPayingFleet();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    // A sabotaged database breaks invariants by design: emptied, it breaks none when it is closed.
    await fleet.owner.query(
      `truncate users, showtimes, theaters, movies, outbox, idempotency_keys, incidents,
         payments, refunds cascade`,
    );
    await fleet.close();
  });

  test.for(Object.entries(controls))('%s', async ([, { attack, sabotage }]) => {
    await sabotage(fleet.owner);
    expect(await inRounds(attack, fleet)).not.toEqual([]);
  });

  test('and nothing while what stands between takes nothing out', async () => {
    await withoutText(/ for update of nothing$/)(fleet.owner);
    expect(await refundCrowd(fleet)).toEqual([]);
  });
});
