import { breakdowns, newTally } from '../attack.ts';
import type { Attack } from '../attack.ts';
import { flood, headersOf, pace, Sender, share } from '../sender.ts';

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

/** What makes the stock adapter of tRPC take a request. */
const streams = [{ accept: 'text/event-stream' }, { 'trpc-accept': 'application/jsonl' }];

/** Nested so deeply that code which walks the value overflows its stack. */
export const deepJson: Attack = {
  name: 'deep-json',
  items: 'API4',
  does:
    'Sends 200 bodies of nested arrays each second, to the streamed surface of tRPC: 7,000 levels ' +
    'without a token, 100,000 levels with one.',
  wanted: 'Refused where the body is parsed, never with status 500.',
  letThrough: breakdowns,
  run: async (target) => {
    const tally = newTally();
    const loops = share(target, 20);
    const sender = new Sender(target, tally, loops);
    const [account = target.scene.admin] = target.scene.attackers;
    const [short, long] = [nested(7_000), nested(100_000)];
    await flood(target, loops, (loop) =>
      pace(100, () => {
        const stream = streams[loop % 2] ?? {};
        return loop % 4 < 2
          ? sender.send({
              method: 'POST',
              path: '/trpc/auth.login',
              headers: { ...headersOf({ address: '10.5.0.2' }), ...stream },
              body: short,
            })
          : sender.send({
              method: 'POST',
              path: '/trpc/auth.updateMe',
              headers: { ...headersOf(account), ...stream },
              body: long,
            });
      }),
    );
    sender.close();
    return tally;
  },
};
