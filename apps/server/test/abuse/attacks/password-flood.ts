import { randomUUID } from 'node:crypto';
import { newTally } from '../attack.ts';
import type { Attack } from '../attack.ts';
import { flood, headersOf, pace, Sender, share } from '../sender.ts';

const addresses = 5;

/** Fills the queue in which passwords wait for their hash. */
export const passwordFlood: Attack = {
  name: 'password-flood',
  items: 'API4, API6',
  does:
    'Five addresses sign in as unknown accounts, 64 requests of each at a time, while one account ' +
    'changes its password with a wrong current one in 64 requests at a time.',
  wanted: 'Sources take turns: others sign in after one hash of each source.',
  letThrough: () => undefined,
  run: async (target) => {
    const tally = newTally();
    const perSource = share(target, 64);
    const loops = perSource * (addresses + 1);
    const sender = new Sender(target, tally, loops);
    const signIn = (loop: number) =>
      sender.send({
        method: 'POST',
        path: '/api/v1/auth/login',
        headers: headersOf({ address: `10.4.0.${1 + (loop % addresses)}` }),
        body: { email: `${randomUUID()}@example.com`, password: randomUUID() },
      });
    const [account = target.scene.admin] = target.scene.attackers;
    const change = () =>
      sender.send({
        method: 'POST',
        path: '/api/v1/auth/change-password',
        headers: headersOf(account),
        body: { currentPassword: randomUUID(), newPassword: randomUUID() },
      });
    await flood(target, loops, (loop) =>
      pace(250, () => (loop < perSource ? change() : signIn(loop))),
    );
    sender.close();
    return tally;
  },
};
