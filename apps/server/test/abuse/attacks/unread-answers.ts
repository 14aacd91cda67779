import { setTimeout as delay } from 'node:timers/promises';
import { isCut, openRaw, request } from '../../raw-client.ts';
import { newTally } from '../attack.ts';
import type { Attack } from '../attack.ts';
import { share } from '../sender.ts';

const page = request('GET /redoc/redoc.standalone.js');

/** As many requests as a connection may have under way, and none of the responses is read. */
export const unreadAnswers: Attack = {
  name: 'unread-answers',
  items: 'API4, V15.2.2',
  does: 'On each of 100 connections, asks for the documentation bundle 10 times and reads nothing.',
  wanted: 'A response of which nothing was read for 30 s is cut off.',
  leastSeconds: 45,
  letThrough: ({ figures }) =>
    figures['still open'] === 0 ? undefined : `${figures['still open']} connections stayed open`,
  run: async (target) => {
    const tally = newTally();
    const clients = await Promise.all(
      Array.from({ length: share(target, 100) }, () => openRaw(target.url)),
    );
    clients.forEach(({ socket }) => socket.pause().write(page.repeat(10)));
    const began = performance.now();
    const elapsed = () => (performance.now() - began) / 1_000;
    let open = clients.length;
    let lastCut = 0;
    while (elapsed() < target.seconds) {
      await delay(250);
      const left = clients.filter((client) => !isCut(client)).length;
      lastCut = left < open ? elapsed() : lastCut;
      open = left;
    }
    clients.forEach(({ socket }) => socket.destroy());
    tally.cut = clients.length - open;
    tally.figures = { 'still open': open, 'seconds until the last was cut': Math.round(lastCut) };
    return tally;
  },
};
