/*
 * The yardstick of the live feed: holds responses open and writes one Buffer to all viewers of a
 * showtime, fifty times a second, one showtime after the other. It reads nothing and knows nothing.
 */
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from './reference-http.ts';

const changesPerSecond = 50;

/** As long as the product's event for a seat. */
const event = Buffer.from(
  `data: ${JSON.stringify({ json: { type: 'same', pad: '' } })}\n\n`.padEnd(280),
);

const viewersOf = new Map<string, Set<ServerResponse>>();
let writes = 0;

const server = createServer((req, res) => {
  if (req.url === '/writes') {
    res.end(String(writes));
    return;
  }
  const showtime = req.url ?? '';
  const viewers = viewersOf.get(showtime) ?? new Set();
  viewersOf.set(showtime, viewers.add(res));
  res.once('close', () => viewers.delete(res));
  res.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
  res.write('data: {}\n\n');
});

listen(server);

for (let turn = 0; ; turn += 1) {
  const showtimes = [...viewersOf.values()];
  for (const res of showtimes[turn % Math.max(1, showtimes.length)] ?? []) {
    res.write(event);
    writes += 1;
  }
  await delay(1_000 / changesPerSecond);
}
