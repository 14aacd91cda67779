import { atLeast } from './bench.ts';
import type { Bench, Finding } from './bench.ts';
import { alternate, applyLoad, ratio } from './load.ts';
import type { Call, Variant } from './load.ts';
import type { Server } from './servers.ts';
import { get, query } from './surfaces.ts';

const connections = 32;

/** A page of the catalogue. */
export async function measureMovies({ options, product, raw }: Bench): Promise<Finding> {
  const variant = (name: string, server: Server, call: Call): Variant => ({
    name,
    run: (seconds) => applyLoad({ server, connections, seconds, client: () => call }),
  });
  const rounds = await alternate(
    [
      variant('product REST', product, get('/api/v1/movies?genre=Drama&limit=20')),
      variant('product tRPC', product, query('movies.list', { genre: 'Drama', limit: 20 })),
      variant('raw', raw, get('/movies?genre=Drama')),
    ],
    options,
  );
  return {
    target: 'P4',
    title: '20 movies of a genre, of 200',
    rounds,
    verdicts: [
      atLeast('REST of raw', ratio(rounds, 'product REST', 'raw'), 0.75),
      atLeast('tRPC of raw', ratio(rounds, 'product tRPC', 'raw'), 0.7),
    ],
    notes: [],
  };
}
