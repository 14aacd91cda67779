import { request } from '../../raw-client.ts';
import type { Attack } from '../attack.ts';
import { sendPartly } from '../partial-body.ts';

/** Bodies below the limit of signed-in callers, from callers who are not. */
export const halfBodies: Attack = {
  name: 'half-bodies',
  items: 'API4, V5.2.1',
  does:
    'On each of 300 connections, registers with a body of 1 MB of which the last 20 kB never ' +
    'come. Opens a connection again when it is closed.',
  wanted: 'Without a token of ours, a body that is longer than 16 kB is refused from its header.',
  letThrough: ({ figures }) =>
    figures.waiting === 0 ? undefined : `${figures.waiting} bodies were received and kept`,
  run: (target) =>
    sendPartly(target, {
      connections: 300,
      head: request(
        'POST /api/v1/auth/register',
        'Content-Type: application/json',
        'Content-Length: 1000000',
      ),
      body: '{"email":"'.padEnd(980_000, 'x'),
    }),
};
