import { atLeast, atMost, inUnit } from './bench.ts';
import type { Bench, Finding } from './bench.ts';
import { alternate, applyLoad, median, ratio } from './load.ts';
import type { Load, Measured } from './load.ts';
import { startProduct } from './servers.ts';
import type { Server } from './servers.ts';
import type { Stage } from './stage.ts';
import { get } from './surfaces.ts';

const readers = 32;
const logins = 64;
const password = 'bench-password-1';

/** What is left for everybody else while 64 people sign in, each again as soon as they are in. */
export async function measureLogins({ stage, options }: Bench): Promise<Finding> {
  const product = await startProduct(stage, { env: { RATE_LIMIT: 'off' } });
  await givePasswords(stage, product);
  const [sale] = stage.sales;
  const paths = ['/api/v1/movies?genre=Drama', `/api/v1/showtimes/${sale?.showtimeId}/seats`];
  const read = (seconds: number) => {
    const client = (index: number) => get(paths[index % paths.length] ?? '/');
    return applyLoad({ server: product, connections: readers, seconds, client });
  };
  const live: { alone: Measured[]; stormy: Measured[] } = { alone: [], stormy: [] };
  const signedIn: Measured[] = [];
  const probe = (seconds: number) =>
    applyLoad({ server: product, connections: 1, seconds, client: () => get('/health/live') });
  try {
    const alone = {
      name: 'reads alone',
      run: async (seconds: number) => {
        const [reads, health] = await Promise.all([read(seconds), probe(seconds)]);
        live.alone.push(health);
        return reads;
      },
    };
    const stormy = {
      name: 'reads beside 64 logins',
      run: async (seconds: number) => {
        const storm = applyLoad(signIn(product, seconds));
        const [reads, health, came] = await Promise.all([read(seconds), probe(seconds), storm]);
        live.stormy.push(health);
        signedIn.push(came);
        return reads;
      },
    };
    const rounds = await alternate([alone, stormy], options);
    // The first of each is the warm-up.
    const p99 = (of: Measured[]) => median(of.slice(1).map((each) => each.p99));
    return {
      target: 'P5',
      title: '64 logins at once, RATE_LIMIT=off',
      rounds: { ...rounds, logins: signedIn.slice(1), '/health/live beside': live.stormy.slice(1) },
      verdicts: [
        atLeast('reads kept', ratio(rounds, stormy.name, alone.name), 0.9),
        inUnit('ms', atMost('/health/live p99', p99(live.stormy), 50)),
      ],
      notes: [
        `/health/live p99 without logins: ${p99(live.alone)} ms. Half of the reads are movies, ` +
          'half the seat map, as many as the server takes.',
      ],
    };
  } finally {
    await product.stop();
  }
}

/** Sixty-four accounts sign in for as long as the round lasts. */
function signIn(server: Server, seconds: number): Load {
  const call = (index: number) => ({
    method: 'POST' as const,
    path: '/api/v1/auth/login',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `user${index + 1}@example.org`, password }),
  });
  return { server, seconds, connections: logins, client: call };
}

/** A password for everyone, hashed as the product hashes. */
async function givePasswords({ pool }: Stage, { url }: Server): Promise<void> {
  const email = 'first@example.org';
  const response = await fetch(`${url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (response.status !== 201) {
    throw new Error(`Registering was answered with ${response.status}.`);
  }
  await pool.query(
    `update users set password_hash = (select password_hash from users where email = $1)`,
    [email],
  );
}
