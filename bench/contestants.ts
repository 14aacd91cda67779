import type { Bench } from './bench.ts';
import { purchaseRound } from './buyers.ts';
import type { Variant } from './load.ts';
import { findRedis } from './redis.ts';
import { startProduct, startReference } from './servers.ts';
import type { Server } from './servers.ts';
import { bare, ordinary, raw, rest, trpc } from './surfaces.ts';
import type { Booking } from './surfaces.ts';

/** A server that sells seats, and the way it is asked to. */
export interface Contestant {
  name: string;
  server: Server;
  booking: Booking;
}

const redis = findRedis();

const redisSetting = redis === undefined ? {} : { REDIS_SERVER: redis };

/** What the reports call it: with its idempotency keys or without. */
export const ordinaryName = `ordinary, ${redis === undefined ? 'no' : 'Redis for'} idempotency keys`;

export const control = (name: string) => `${name}, BATCHING=off`;

/**
 * What follows from a purchase is left undone: a server with jobs would draw and mail tickets in the
 * rounds of everybody else.
 */
export const withoutJobs = { JOBS: 'off' };

/** Everybody who sells two seats, on one PostgreSQL; the servers that only they need end afterwards. */
export async function withContestants<Result>(
  { stage, product, raw: rawServer, bare: bareServer }: Bench,
  work: (contestants: Contestant[]) => Promise<Result>,
): Promise<Result> {
  const servers: Server[] = [];
  try {
    const unbatched = await startProduct(stage, { env: { ...withoutJobs, BATCHING: 'off' } });
    servers.push(unbatched);
    const walls = await startReference(stage, 'walls');
    servers.push(walls);
    const usual = await startReference(stage, 'ordinary', redisSetting);
    servers.push(usual);
    return await work([
      { name: 'product REST', server: product, booking: rest },
      { name: ordinaryName, server: usual, booking: ordinary },
      { name: 'product tRPC', server: product, booking: trpc },
      { name: 'walls', server: walls, booking: bare },
      { name: 'raw', server: rawServer, booking: raw },
      { name: 'bare', server: bareServer, booking: bare },
      { name: control('product REST'), server: unbatched, booking: rest },
      { name: control('product tRPC'), server: unbatched, booking: trpc },
    ]);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** Each contestant with so many connections; the name says how many if a measure has several. */
export function variantsOf(
  { stage }: Bench,
  contestants: Contestant[],
  { connections, prefix = '' }: { connections: number; prefix?: string },
): Variant[] {
  return contestants.map(({ name, server, booking }) => ({
    name: `${prefix}${name}`,
    run: (seconds) => purchaseRound(stage, { server, booking, seconds, connections }),
  }));
}
