import path from 'node:path';
import { parseArgs } from 'node:util';
import { purchaseRound } from './buyers.ts';
import { withoutJobs } from './contestants.ts';
import { alternate, median } from './load.ts';
import type { Measured, Rounds } from './load.ts';
import { fullWarmUpSeconds } from './options.ts';
import { startProduct } from './servers.ts';
import type { Server } from './servers.ts';
import { assertSound, buildSecondStage, buildStage, freeSeats } from './stage.ts';
import type { Stage } from './stage.ts';
import { rest } from './surfaces.ts';

/*
 * Purchases of this checkout beside those of another one, in one run: both are built, each has a
 * database of its own in one PostgreSQL, and rounds alternate.
 *
 *   npm run compare -- --with DIR [--connections N] [--seconds N] [--rounds N] [--history N]
 *
 * What follows from the purchases is left undone, as in P1.
 */

const { values } = parseArgs({
  options: {
    with: { type: 'string' },
    connections: { type: 'string', default: '32' },
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '6' },
    history: { type: 'string', default: '30000' },
  },
});
if (values.with === undefined) {
  throw new Error('Usage: npm run compare -- --with DIR, a checkout that has been built');
}
const checkout = path.resolve(process.env.INIT_CWD ?? '.', values.with);
const [seconds, connections] = [Number(values.seconds), Number(values.connections)];
const amounts = {
  history: Number(values.history),
  onSale: Math.ceil((Math.max(seconds, fullWarmUpSeconds) + 1) * 50),
  users: 1024,
};

const stage = await buildStage(amounts);
const servers: Server[] = [];
try {
  const startOther = (url: string) =>
    startProduct({ ...stage, url }, { checkout, env: withoutJobs });
  const other = await buildSecondStage(stage, amounts, startOther);
  servers.push(await startProduct(stage, { env: withoutJobs }), await startOther(other.url));
  const [here, there] = servers;
  if (!here || !there) {
    throw new Error('A server did not start.');
  }
  await Promise.all([freeSeats(stage), freeSeats(other)]);
  const variant = (name: string, on: Stage, server: Server) => ({
    name,
    run: (length: number) =>
      purchaseRound(on, { server, booking: rest, seconds: length, connections }),
  });
  const rounds = await alternate([variant('here', stage, here), variant('there', other, there)], {
    rounds: Number(values.rounds),
    seconds,
    warmUpSeconds: fullWarmUpSeconds,
  });
  await assertSound(stage);
  process.stdout.write(`${report(rounds)}\n`);
  await other.close();
} finally {
  await Promise.all(servers.map((server) => server.stop()));
  await stage.close();
}

/** Medians over the rounds, and what has become of them. */
function report({ here = [], there = [] }: Rounds): string {
  const figures: [string, (round: Measured) => number, number][] = [
    ['requests/s', (round) => round.requestsPerSecond, 0],
    ['server CPU ms/request', (round) => round.serverMs, 3],
    ['PostgreSQL CPU ms/request', (round) => round.postgresMs, 3],
    ['p50 ms', (round) => round.p50, 1],
    ['p99 ms', (round) => round.p99, 0],
  ];
  const rows = figures.map(([name, read, digits]) => {
    const [a, b] = [median(here.map(read)), median(there.map(read))];
    // Each pair was run side by side, so the ratio is that of the pairs.
    const ratio = median(here.map((round, index) => read(round) / read(there[index] ?? round)));
    return `${name.padEnd(28)}${a.toFixed(digits).padStart(10)}${b.toFixed(digits).padStart(10)}${ratio.toFixed(3).padStart(10)}`;
  });
  const head = `${''.padEnd(28)}${'here'.padStart(10)}${'there'.padStart(10)}${'ratio'.padStart(10)}`;
  return [head, ...rows].join('\n');
}
