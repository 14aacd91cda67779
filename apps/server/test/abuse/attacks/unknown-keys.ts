import { newTally } from '../attack.ts';
import type { Attack } from '../attack.ts';
import { headersOf, loopsOf, pace, Sender, share } from '../sender.ts';

/** Keys in a body of 979 kB. */
const keys = 90_000;
/** Twenty issues with their paths and messages take less, in bytes. */
const longest = 20_000;

/** Bodies with so many mistakes that listing them costs more than sending them. */
export const unknownKeys: Attack = {
  name: 'unknown-keys',
  items: 'API4',
  does:
    'Sends 20 bodies with 90,000 unknown keys (979 kB) each second: to register, without a token, ' +
    'and to change the own name, with one.',
  wanted: 'Without a token refused for its length; with one, at most twenty issues are listed.',
  letThrough: ({ longestAnswer }) =>
    longestAnswer <= longest ? undefined : `a response of ${longestAnswer} bytes`,
  run: async (target) => {
    const tally = newTally();
    const loops = share(target, 20);
    const sender = new Sender(target, tally, loops);
    const fields = Array.from({ length: keys }, (_, index) => [`k${index}`, 1]);
    const body = JSON.stringify(Object.fromEntries(fields));
    const [account = target.scene.admin] = target.scene.attackers;
    await loopsOf(target, loops, (loop) =>
      pace(1_000, () =>
        loop % 2 === 0
          ? sender.send({
              method: 'POST',
              path: '/api/v1/auth/register',
              headers: headersOf({ address: '10.5.0.1' }),
              body,
            })
          : sender.send({
              method: 'PUT',
              path: '/api/v1/auth/me',
              headers: headersOf(account),
              body,
            }),
      ),
    );
    sender.close();
    return tally;
  },
};
