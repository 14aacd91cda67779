import { atLeast, atMost, inUnit } from './bench.ts';
import type { Bench, Finding } from './bench.ts';
import { alternate, applyLoad, ratio } from './load.ts';
import type { Call, Variant } from './load.ts';
import type { Server } from './servers.ts';
import { get, query } from './surfaces.ts';

const connections = 32;
const compressed = { 'accept-encoding': 'gzip, deflate, br' };

/** The programme of tomorrow: 20 screens with eight shows each. */
export async function measureProgramme({ options, product, raw }: Bench): Promise<Finding> {
  const date = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const path = `/api/v1/programme?date=${date}`;
  const variant = (name: string, server: Server, call: Call): Variant => ({
    name,
    run: (seconds) => applyLoad({ server, connections, seconds, client: () => call }),
  });
  const sdk = query('showtimes.programme', { date });
  const rounds = await alternate(
    [
      variant('product REST', product, get(path)),
      variant('product tRPC', product, sdk),
      variant('raw', raw, get(`/programme?date=${date}`)),
      variant('product REST, gzip', product, get(path, compressed)),
    ],
    options,
  );
  const { headers } = await fetch(`${product.url}${path}`, { headers: compressed });
  const kilobytes = Number(headers.get('content-length')) / 1_000;
  return {
    target: 'P4b',
    title: 'programme of a day of 20 screens',
    rounds,
    verdicts: [
      atLeast('REST of raw', ratio(rounds, 'product REST', 'raw'), 0.5),
      atLeast('tRPC of raw', ratio(rounds, 'product tRPC', 'raw'), 0.5),
      inUnit('kB', atMost('compressed', kilobytes, 20)),
    ],
    notes: [
      'raw reads and writes the day each time; the product reads it once a second. gzip has no target.',
    ],
  };
}
