import { newTally } from '../attack.ts';
import type { Attack } from '../attack.ts';
import { flood, headersOf, Sender, share } from '../sender.ts';

/** Writes that all wait for the row of their account. */
export const manyWrites: Attack = {
  name: 'many-writes',
  items: 'API4, API6',
  does: 'One account changes its name, 200 requests at a time.',
  wanted: 'Four writes of one account run at a time; the others wait without a connection.',
  letThrough: () => undefined,
  run: async (target) => {
    const tally = newTally();
    const loops = share(target, 200);
    const sender = new Sender(target, tally, loops);
    const [account = target.scene.admin] = target.scene.attackers;
    await flood(target, loops, () =>
      sender.send({
        method: 'PUT',
        path: '/api/v1/auth/me',
        headers: headersOf(account),
        body: { firstName: 'Ada' },
      }),
    );
    sender.close();
    return tally;
  },
};
