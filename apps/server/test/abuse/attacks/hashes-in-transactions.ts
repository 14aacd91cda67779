import { randomUUID } from 'node:crypto';
import { newTally } from '../attack.ts';
import type { Attack } from '../attack.ts';
import { flood, headersOf, Sender, share } from '../sender.ts';

/** Each has ten failed attempts of its own. */
const accounts = 9;

/** Makes many requests wait for a hash that reserve an idempotency key first. */
export const hashesInTransactions: Attack = {
  name: 'hashes-in-transactions',
  items: 'API4, V2.4.1',
  does:
    'Nine accounts change their password with a wrong current one, 100 requests at a time, each ' +
    'with an idempotency key of its own.',
  wanted: 'No transaction is open while a request waits for its hash.',
  letThrough: ({ answers }) =>
    answers[503] === undefined ? undefined : `${answers[503]} requests found no connection`,
  run: async (target) => {
    const tally = newTally();
    const loops = share(target, 100);
    const sender = new Sender(target, tally, loops);
    const attackers = target.scene.attackers.slice(0, accounts);
    await flood(target, loops, async (loop) => {
      const account = attackers[loop % attackers.length];
      await sender.send({
        method: 'POST',
        path: '/api/v1/auth/change-password',
        headers: { ...(account ? headersOf(account) : {}), 'idempotency-key': randomUUID() },
        body: { currentPassword: randomUUID(), newPassword: randomUUID() },
      });
    });
    sender.close();
    return tally;
  },
};
