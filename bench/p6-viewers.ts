import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { atLeast, atMost, inUnit } from './bench.ts';
import type { Bench, Finding } from './bench.ts';
import { assertSold, Buyers } from './buyers.ts';
import { readCpu } from './cpu.ts';
import { alternate, applyLoad, median, ratio } from './load.ts';
import type { Measured } from './load.ts';
import { startProduct, startReference } from './servers.ts';
import type { Server } from './servers.ts';
import { assertSound, freeSeats } from './stage.ts';
import { rest } from './surfaces.ts';
import type { Delays, Order } from './viewers.ts';

const watched = 20;
const changesPerSecond = 50;

/** Live seat maps for many while seats change, and what that costs those who book elsewhere. */
export async function measureViewers(bench: Bench): Promise<Finding> {
  const viewers = bench.options.quick ? 500 : 2_000;
  await freeSeats(bench.stage);
  const crowd = startCrowd();
  const delays: Delays[] = [];
  const quiet: Costly[] = [];
  const writer = await startReference(bench.stage, 'writer');
  try {
    const bare = await costOfBareWrites(bench, { writer, crowd, viewers });
    const rounds = await alternate(
      [
        {
          name: 'bookings, no viewers',
          run: async (seconds) => (await bookWhileChanging(bench, crowd, seconds)).measured,
        },
        {
          name: `bookings, ${viewers} viewers`,
          run: async (seconds) => {
            await open(bench, crowd, viewers);
            const told = await bookWhileChanging(bench, crowd, seconds);
            delays.push(told.delays);
            quiet.push(await withCost(bench, () => crowd.ask<Delays>(changing(bench, seconds))));
            await crowd.ask({ order: 'close' });
            await delay(1_000);
            await freeSeats(bench.stage);
            return told.measured;
          },
        },
      ],
      bench.options,
    );
    const many = await measureMany(bench, crowd);
    const measured = { rounds, delays: delays.slice(1), quiet: quiet.slice(1), bare, many };
    return finding(viewers, measured);
  } finally {
    await writer.stop();
    crowd.stop();
  }
}

function finding(
  viewers: number,
  {
    rounds,
    delays,
    quiet,
    bare,
    many,
  }: Pick<Finding, 'rounds'> & { delays: Delays[]; quiet: Costly[]; bare: number; many: Many },
): Finding {
  const cost = median(quiet.map(({ msPerThousand }) => msPerThousand));
  const p99 = (of: Delays[]) => median(of.map((each) => each.p99));
  const missed = [...delays, ...quiet].reduce((sum, each) => sum + each.missed, 0);
  const refused = [...delays, ...quiet].reduce((sum, each) => sum + each.refused, 0);
  const kept = ratio(rounds, `bookings, ${viewers} viewers`, 'bookings, no viewers');
  return {
    target: 'P6',
    title: `${viewers} viewers of ${watched} showtimes, ${changesPerSecond} changes a second`,
    rounds,
    verdicts: [
      inUnit('ms', atMost('change to viewer, p99, beside bookings', p99(delays), 1_000)),
      inUnit('ms', atMost('change to viewer, p99, alone', p99(quiet), 1_000)),
      atMost('changes that a viewer never saw', missed, 0),
      atLeast('bookings kept, at full speed', kept, 0.75),
      atMost('server CPU of an arrival, times a bare write', cost / bare, 5),
      inUnit('ms', atMost(`${manyViewers} viewers: change to viewer, p99`, many.p99, 2_000)),
      inUnit('kB', atMost(`${manyViewers} viewers: memory of each`, many.kbEach, 25)),
    ],
    notes: [
      `${refused} changes were refused. Bookings run at full speed in other showtimes; the work ` +
        'of the viewers themselves is done on the same cores.',
      `Beside bookings: ${delays.map(inWords).join('; ')}.`,
      `Alone: ${quiet.map(inWords).join('; ')}.`,
      `Alone, 1,000 arrivals cost ${cost.toFixed(0)} ms of the server's CPU, with the requests ` +
        `that make the changes; 1,000 writes of the bare writer cost ${bare.toFixed(0)} ms.`,
      `${manyViewers.toLocaleString('en')} viewers of the same shows on a server of their own: ` +
        `${inWords(many)}; ${many.missed} missed.`,
    ],
  };
}

function inWords({ changes, expected, p50, p99, max }: Delays): string {
  return `${changes} changes, ${expected} arrivals, p50 ${p50}, p99 ${p99}, max ${max} ms`;
}

/** With the server's CPU milliseconds for 1,000 arrivals. */
type Costly = Delays & { msPerThousand: number };

async function withCost(
  { product }: Pick<Bench, 'product'>,
  change: () => Promise<Delays>,
): Promise<Costly> {
  const before = readCpu(product.pid).server;
  const delays = await change();
  const used = readCpu(product.pid).server - before;
  const arrivals = delays.expected - delays.missed;
  return { ...delays, msPerThousand: (used * 1_000) / (arrivals / 1_000) };
}

/** @returns milliseconds of a bare writer's CPU for 1,000 writes */
async function costOfBareWrites(
  { stage, options }: Bench,
  { writer, crowd, viewers }: { writer: Server; crowd: Crowd; viewers: number },
): Promise<number> {
  const sales = stage.sales.slice(0, watched);
  await crowd.ask({ order: 'open', url: writer.url, sales, viewers });
  await delay(1_000);
  const read = async () => {
    const writes = Number(await (await fetch(`${writer.url}/writes`)).text());
    return { writes, cpu: readCpu(writer.pid).server };
  };
  const before = await read();
  await delay(options.seconds * 1_000);
  const after = await read();
  await crowd.ask({ order: 'close' });
  return ((after.cpu - before.cpu) * 1_000) / ((after.writes - before.writes) / 1_000);
}

const manyViewers = 10_000;

/** What the most viewers that a server admits see, and the memory that each takes. */
type Many = Delays & { kbEach: number };

async function measureMany(bench: Bench, crowd: Crowd): Promise<Many> {
  const { stage, options } = bench;
  const product = await startProduct(stage);
  try {
    const own = { ...bench, product };
    await crowd.ask(changing(own, 1));
    await freeSeats(stage);
    const before = product.memoryMb();
    await open(own, crowd, manyViewers);
    const kbEach = ((product.memoryMb() - before) * 1_000) / manyViewers;
    const delays = await crowd.ask<Delays>(changing(own, options.seconds));
    await crowd.ask({ order: 'close' });
    await freeSeats(stage);
    return { ...delays, kbEach };
  } finally {
    await product.stop();
  }
}

interface Crowd {
  ask<Answer = unknown>(order: Order): Promise<Answer>;
  stop(): void;
}

function startCrowd(): Crowd {
  const file = path.join(import.meta.dirname, 'viewers.ts');
  const child = fork(file, { stdio: ['ignore', 2, 2, 'ipc'] });
  const ended = once(child, 'exit').then(() => {
    throw new Error('The viewers ended early.');
  });
  ended.catch(() => {});
  return {
    ask: async <Answer>(order: Order) => {
      const answered = once(child, 'message');
      child.send(order);
      const [answer] = (await Promise.race([answered, ended])) as [Answer];
      return answer;
    },
    stop: () => void child.kill(),
  };
}

async function open({ product, stage }: Bench, crowd: Crowd, viewers: number): Promise<void> {
  const { url } = product;
  await crowd.ask({ order: 'open', url, sales: stage.sales.slice(0, watched), viewers });
  await delay(1_000);
}

function changing({ product, stage }: Bench, seconds: number): Order {
  const sales = stage.sales.slice(0, watched);
  const { users } = stage;
  return { order: 'change', url: product.url, sales, users, perSecond: changesPerSecond, seconds };
}

async function bookWhileChanging(
  bench: Bench,
  crowd: Crowd,
  seconds: number,
): Promise<{ measured: Measured; delays: Delays }> {
  const { stage, product } = bench;
  const buyers = new Buyers(stage, stage.sales.slice(watched), rest);
  const [measured, delays] = await Promise.all([
    applyLoad(buyers.load({ server: product, seconds })),
    crowd.ask<Delays>(changing(bench, seconds)),
  ]);
  await assertSold(stage, { server: product, measured, buyers });
  await assertSound(stage);
  await freeSeats(stage);
  return { measured, delays };
}
