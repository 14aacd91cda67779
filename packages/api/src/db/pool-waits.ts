import type { Pool, PoolClient } from 'pg';

type Done = (error: Error | undefined, client: PoolClient | undefined, release: () => void) => void;

/**
 * Measures how long each user of a pool waits for a connection, in seconds. `query` is measured too:
 * the pool takes a connection for it in the same way.
 */
export function observeWaits(pool: Pool, observe: (seconds: number) => void): void {
  const connect = pool.connect.bind(pool);
  const measured = (done?: Done) => {
    const began = performance.now();
    const end = () => observe((performance.now() - began) / 1_000);
    if (done) {
      connect((error, client, release) => {
        end();
        done(error, client, release);
      });
      return undefined;
    }
    const connecting = connect();
    connecting.then(end, end);
    return connecting;
  };
  Object.defineProperty(pool, 'connect', { value: measured, configurable: true, writable: true });
}
