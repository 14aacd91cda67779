import { breakdowns, newTally } from '../attack.ts';
import type { Attack } from '../attack.ts';
import { flood, headersOf, Sender, share } from '../sender.ts';

/** Requests that cost little each, as many and as fast as one client can. */
export const manyReads: Attack = {
  name: 'many-reads',
  items: 'API4',
  does:
    'One client asks 200 times at a time, half of them for its account and half of them for a ' +
    'path that does not exist.',
  wanted: 'The requests of others begin between its own, not after all that it has sent.',
  letThrough: breakdowns,
  run: async (target) => {
    const tally = newTally();
    const loops = share(target, 200);
    const sender = new Sender(target, tally, loops);
    const [account = target.scene.admin] = target.scene.attackers;
    await flood(target, loops, (loop) =>
      sender.send({
        method: 'GET',
        path: loop % 2 === 0 ? '/api/v1/auth/me' : '/no-such-page',
        headers: headersOf(account),
      }),
    );
    sender.close();
    return tally;
  },
};
