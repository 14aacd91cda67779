import { atLeast } from './bench.ts';
import type { Bench, Finding } from './bench.ts';
import { alternate, applyLoad, ratio } from './load.ts';
import type { Call, Load, Variant } from './load.ts';
import type { Server } from './servers.ts';
import { assertSound, freeSeats } from './stage.ts';
import type { Sale, Stage } from './stage.ts';
import { batchedQuery, get, query } from './surfaces.ts';

const connections = 32;

/** The map of a hall of 200 seats while one of them changes every second. */
export async function measureSeatMap(bench: Bench): Promise<Finding> {
  const { stage, options, product, raw } = bench;
  await freeSeats(stage);
  const [sale] = stage.sales;
  if (!sale) {
    throw new Error('There is no showtime on sale.');
  }
  const id = sale.showtimeId;
  const path = `/api/v1/showtimes/${id}/seats`;
  const token = stage.users[0]?.token ?? '';
  const compressed = { 'accept-encoding': 'gzip, deflate, br' };
  const sdk = query('showtimes.seats', { showtimeId: id });
  const batched = batchedQuery('showtimes.seats', { showtimeId: id });
  const same = (name: string, server: Server, call: Call): Variant =>
    variant(name, { server, client: () => call });
  const unchanged = (name: string, server: Server, call: Call): Variant =>
    variant(name, { server, client: () => revalidating(call) });
  const stop = changeOncePerSecond(stage, sale);
  try {
    const rounds = await alternate(
      [
        same('product REST', product, get(path)),
        same('product SDK wire', product, sdk),
        same('raw', raw, get(`/seats/${id}`)),
        unchanged('product REST 304', product, get(path)),
        unchanged('raw 304', raw, get(`/seats-if-changed/${id}`)),
        same('product batch of one', product, batched),
        same('product REST, signed in', product, get(path, { authorization: `Bearer ${token}` })),
        same('product REST, gzip', product, get(path, compressed)),
        same('product SDK wire, gzip', product, { ...sdk, headers: compressed }),
      ],
      options,
    );
    await assertSound(stage);
    return {
      target: 'P3',
      title: 'seat map of 200 seats, changing once a second',
      rounds,
      verdicts: [
        atLeast('REST of raw', ratio(rounds, 'product REST', 'raw'), 4.5),
        atLeast('SDK wire of raw', ratio(rounds, 'product SDK wire', 'raw'), 4.5),
        atLeast('304 of raw’s 304', ratio(rounds, 'product REST 304', 'raw 304'), 0.6),
        atLeast('signed in of raw', ratio(rounds, 'product REST, signed in', 'raw'), 2),
      ],
      notes: [
        'raw reads and writes the map each time; for its 304 it reads a version counter by its ' +
          'key, which the product does not keep. Signed in, each map is read after its request ' +
          'arrived. Batch of one and gzip have no target; a browser and Node’s fetch ask for gzip.',
      ],
    };
  } finally {
    await stop();
  }
}

function variant(name: string, load: Pick<Load, 'server' | 'client'>): Variant {
  return { name, run: (seconds) => applyLoad({ ...load, connections, seconds }) };
}

/** Asks with the tag of the last answer, as a browser does. */
function revalidating(call: Call) {
  let etag = '""';
  return {
    next: () => ({ ...call, headers: { 'if-none-match': etag } }),
    onAnswer: (_status: number, _body: string, headers: Record<string, string | undefined>) => {
      etag = headers['ETag'] ?? headers['etag'] ?? etag;
    },
  };
}

/** Locks a seat and frees it again, a second apart; the counter of the reference goes with it. */
function changeOncePerSecond(stage: Stage, { showtimeId, theaterId, seatIds }: Sale) {
  const lock = `
    insert into seat_claims
      (showtime_id, seat_id, theater_id, user_id, price, locked_at, expires_at)
    select $1, $2, $3, id, 12.50, clock_timestamp(), clock_timestamp() + interval '10 minutes'
    from users order by id limit 1`;
  const free = 'delete from seat_claims where showtime_id = $1 and seat_id = $2';
  const count = 'update bench.versions set version = version + 1 where showtime_id = $1';
  let isLocked = false;
  let last = Promise.resolve();
  const timer = setInterval(() => {
    last = last.then(async () => {
      const claim = [showtimeId, seatIds[7]];
      await stage.pool.query(isLocked ? free : lock, isLocked ? claim : [...claim, theaterId]);
      await stage.pool.query(count, [showtimeId]);
      isLocked = !isLocked;
    });
  }, 1_000);
  return async () => {
    clearInterval(timer);
    await last;
  };
}
