import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { newTally } from '../attack.ts';
import type { Attack, Tally, Target } from '../attack.ts';
import { headersOf, share } from '../sender.ts';

/** Live maps that one client may watch. */
const most = 100;

/** Live maps of many showtimes, opened by one client and kept open. */
export const liveMaps: Attack = {
  name: 'live-maps',
  items: 'API4',
  does: 'One address without a token opens 3,000 live maps of 110 showtimes and keeps them open.',
  wanted: 'A client watches at most 100 live maps; more are refused with 429.',
  shows: 110,
  letThrough: ({ figures }) =>
    (figures.watching ?? 0) <= most ? undefined : `one client watched ${figures.watching} maps`,
  run: async (target) => {
    const tally = newTally();
    const agent = new Agent({ maxSockets: Infinity });
    const watchers = Array.from({ length: share(target, 3_000) }, (_, index) =>
      watch(target, tally, { agent, index }),
    );
    await delay(target.seconds * 1_000);
    tally.figures.watching = tally.answers[200] ?? 0;
    watchers.forEach((request) => request.destroy());
    agent.destroy();
    return tally;
  },
};

function watch(
  { url, scene }: Target,
  tally: Tally,
  { agent, index }: { agent: Agent; index: number },
) {
  const showtimeId = scene.showtimeIds[index % scene.showtimeIds.length];
  const input = encodeURIComponent(JSON.stringify({ json: { showtimeId } }));
  const headers = headersOf({ address: '10.5.0.3' });
  const asked = get(`${url}/trpc/showtimes.onSeatsChanged?input=${input}`, { agent, headers });
  asked.once('response', ({ statusCode = 0 }) => {
    tally.answers[statusCode] = (tally.answers[statusCode] ?? 0) + 1;
  });
  asked.on('response', (response) => response.on('error', () => {}).resume());
  asked.on('error', () => {});
  return asked;
}
