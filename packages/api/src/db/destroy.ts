import type { Socket } from 'node:net';
import type { ClientBase } from 'pg';

/**
 * Cuts a connection without a word, as the pool does it with one that takes too long: its statement
 * fails, and the pool forgets it.
 */
export function destroy(client: ClientBase): void {
  const { connection } = client as ClientBase & { connection?: { stream: Socket } };
  connection?.stream.destroy();
}
