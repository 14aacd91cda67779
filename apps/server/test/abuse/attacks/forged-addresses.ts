import { breakdowns, newTally } from '../attack.ts';
import type { Attack, Tally } from '../attack.ts';
import { flood, headersOf, pace, Sender, share } from '../sender.ts';

/** Calls of sign-in procedures that one address has in a minute. */
const perMinute = 300;

/** Texts in place of the address that a proxy reports. */
export const forgedAddresses: Attack = {
  name: 'forged-addresses',
  items: 'API4',
  does:
    'Signs in 200 times a second, each time with another text in X-Forwarded-For that is no ' +
    'address; every tenth has 300 characters.',
  wanted: 'Such a text counts as the address of the socket, and never causes status 500.',
  letThrough: (tally) => breakdowns(tally) ?? uncounted(tally),
  run: async (target) => {
    const tally = newTally();
    const loops = share(target, 20);
    const sender = new Sender(target, tally, loops);
    let sent = 0;
    await flood(target, loops, () =>
      pace(100, () => {
        sent += 1;
        const address = sent % 10 === 0 ? String(sent).padEnd(300, 'x') : `garbage-${sent}`;
        // Without a body the call is counted and nothing is hashed.
        const headers = headersOf({ address });
        return sender.send({ method: 'POST', path: '/api/v1/auth/login', headers, body: {} });
      }),
    );
    sender.close();
    return tally;
  },
};

function uncounted({ answers }: Tally): string | undefined {
  const admitted = answers[400] ?? 0;
  // A run may touch two windows of a minute.
  return admitted <= 2 * perMinute ? undefined : `${admitted} sign-ins, and no limit for them`;
}
