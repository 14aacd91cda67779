import { connect } from 'node:net';
import type { Socket } from 'node:net';

/* Connections that send bytes as they are. Nothing in here knows of vitest: `abuse/` uses it without. */

/** A connection, what came back on it, and whether it has ended. */
export interface RawClient {
  socket: Socket;
  seen: { text: string; isClosed: boolean };
  /** Begins to read into `seen.text`; a client that never calls it leaves everything unread. */
  read(): Socket;
}

/** Opens a connection to a server; one that was refused is closed already. */
export async function openRaw(url: string): Promise<RawClient> {
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  const seen = { text: '', isClosed: false };
  socket.on('error', () => {});
  socket.once('close', () => (seen.isClosed = true));
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve);
    socket.once('close', () => resolve());
  });
  const read = () => socket.on('data', (chunk) => (seen.text += chunk.toString('latin1'))).resume();
  return { socket, seen, read };
}

/** The head of a request, such as `GET /health/live`, with further header lines. */
export function request(head: string, ...lines: string[]): string {
  return [`${head} HTTP/1.1`, 'Host: localhost', ...lines, '', ''].join('\r\n');
}

/**
 * Whether the server has cut the connection. A client that does not read learns of the end by
 * writing; between requests an empty line has no meaning.
 */
export function isCut({ socket, seen }: RawClient): boolean {
  if (!seen.isClosed) {
    socket.write('\r\n');
  }
  return seen.isClosed;
}
