import { request } from '../../raw-client.ts';
import type { Attack, Tally } from '../attack.ts';
import { addTally, sendPartly } from '../partial-body.ts';

const head = (...lines: string[]) =>
  request('POST /api/v1/auth/login', 'Content-Type: application/json', ...lines);
const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;

/** Bodies that are announced as huge, or have no end. */
export const endlessBodies: Attack = {
  name: 'endless-bodies',
  items: 'API4',
  does:
    'On each of 100 connections, announces a body of 200 MB and sends one byte; on 100 others, ' +
    'sends 5 MB of a chunked body without an end. Opens a connection again when it is closed.',
  wanted: 'Refused with 413 from the header, or at the first byte too many, and closed.',
  letThrough: ({ figures }) =>
    figures.waiting === 0 ? undefined : `${figures.waiting} bodies were waited for`,
  run: async (target): Promise<Tally> => {
    const tallies = await Promise.all([
      sendPartly(target, {
        connections: 100,
        head: head('Content-Length: 209715200'),
        body: '{',
      }),
      sendPartly(target, {
        connections: 100,
        head: head('Transfer-Encoding: chunked'),
        body: chunk.repeat(80),
      }),
    ]);
    return tallies.reduce(addTally);
  },
};
