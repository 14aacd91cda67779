import { once } from 'node:events';
import type { Server } from 'node:http';
import { closeUnused } from './sockets.ts';

/** Requests under way get this long before their connections are cut. */
const graceMs = 5_000;
const idleEveryMs = 100;

/**
 * Stops accepting connections, and ends when the last request has its response, or after five
 * seconds. A proxy keeps its connections open, so each is closed once it is idle.
 */
export async function closeGracefully(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const closeIdle = () => {
    server.closeIdleConnections();
    closeUnused(server);
  };
  closeIdle();
  const idle = setInterval(closeIdle, idleEveryMs);
  const impatient = setTimeout(() => server.closeAllConnections(), graceMs);
  try {
    await closed;
  } finally {
    clearInterval(idle);
    clearTimeout(impatient);
  }
}
