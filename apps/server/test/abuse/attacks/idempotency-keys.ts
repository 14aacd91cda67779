import { randomUUID } from 'node:crypto';
import { newTally } from '../attack.ts';
import type { Attack } from '../attack.ts';
import { headersOf, Sender, share } from '../sender.ts';

/** Keys that an account has in a day. */
const perDay = 5_000;
const calls = 5_200;

/** Keys that are kept for a day, as many as one account can make. */
export const idempotencyKeys: Attack = {
  name: 'idempotency-keys',
  items: 'API4',
  does: 'One account changes its name 5,200 times, 20 requests at a time, each with a new key.',
  wanted: 'An account has 5,000 keys a day; more are refused with 429.',
  letThrough: ({ answers }) =>
    (answers[200] ?? 0) <= perDay ? undefined : `${answers[200]} keys were kept`,
  run: async (target) => {
    const tally = newTally();
    const loops = 20;
    const sender = new Sender(target, tally, loops);
    const [account = target.scene.admin] = target.scene.attackers;
    let left = share(target, calls);
    const loop = async () => {
      while (left > 0) {
        left -= 1;
        await sender.send({
          method: 'PUT',
          path: '/api/v1/auth/me',
          headers: { ...headersOf(account), 'idempotency-key': randomUUID() },
          body: { firstName: 'Ada' },
        });
      }
    };
    await Promise.all(Array.from({ length: loops }, loop));
    sender.close();
    return tally;
  },
};
