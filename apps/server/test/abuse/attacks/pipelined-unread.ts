import { setTimeout as delay } from 'node:timers/promises';
import { isCut, openRaw, request } from '../../raw-client.ts';
import { newTally } from '../attack.ts';
import type { Attack } from '../attack.ts';
import { loopsOf, share } from '../sender.ts';

const page = request('GET /redoc/redoc.standalone.js');

/** Asks again and again on a few connections, and never reads. */
export const pipelinedUnread: Attack = {
  name: 'pipelined-unread',
  items: 'API4, V15.2.2',
  does:
    'On each of 10 connections, asks for the documentation bundle 1,000 times in one write and ' +
    'reads nothing. Opens a connection again when it is closed.',
  wanted: 'Connections with more than ten waiting requests are closed.',
  letThrough: ({ cut }) => (cut > 0 ? undefined : 'no connection was closed'),
  run: async (target) => {
    const tally = newTally();
    const until = performance.now() + target.seconds * 1_000;
    await loopsOf(target, share(target, 10), async () => {
      const client = await openRaw(target.url);
      client.socket.pause();
      client.socket.write(page.repeat(1_000));
      while (!isCut(client) && performance.now() < until) {
        await delay(100);
      }
      tally.cut += client.seen.isClosed ? 1 : 0;
      client.socket.destroy();
    });
    return tally;
  },
};
