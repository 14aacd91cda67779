import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What one connection may make the server keep for it. */
export interface SocketLimits {
  /** A response of which nothing was taken for so long is cut off, in milliseconds. */
  stalledMs: number;
  /** Requests of one connection that have no response yet; clients that do not pipeline have one. */
  pipelined: number;
  /** Connections at a time: the 10,000 viewers of live maps that a server has at most, and others. */
  connections: number;
}

const usual: SocketLimits = { stalledMs: 30_000, pipelined: 10, connections: 12_000 };

/** The last time that a connection took bytes, and how many it had taken by then. */
interface Progress {
  taken: number;
  at: number;
  /** When it was opened. */
  readonly since: number;
}

/**
 * Cuts off connections that do not read what they asked for, or that ask on and on without reading.
 * Whatever is queued for a client is kept in memory, and nothing else limits it.
 */
export function guardSockets(server: Server, limits: Partial<SocketLimits> = {}): void {
  const { stalledMs, pipelined, connections } = { ...usual, ...limits };
  server.maxConnections = connections;
  const open = new Map<Socket, Progress>();
  openOf.set(server, open);
  server.on('connection', (socket: Socket) => {
    const since = performance.now();
    open.set(socket, { taken: 0, at: since, since });
    socket.on('close', () => open.delete(socket));
  });
  const unanswered = new WeakMap<Socket, number>();
  server.prependListener('request', ({ socket }: IncomingMessage, res: ServerResponse) => {
    // Node goes on to parse what it has read of a connection that was cut off.
    if (socket.destroyed) {
      return;
    }
    const waiting = (unanswered.get(socket) ?? 0) + 1;
    unanswered.set(socket, waiting);
    res.on('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    if (waiting > pipelined) {
      destroyCheaply(socket);
    }
  });
  const timer = setInterval(() => cutStalled(open, stalledMs), stalledMs / 10);
  timer.unref();
  server.once('close', () => clearInterval(timer));
}

/**
 * Node makes a failure with a stack trace for each request that waits on a connection when it closes:
 * hundreds for a client that pipelines, and almost half of what such a client costs. Nothing reads them,
 * so they are made without traces.
 */
function destroyCheaply(socket: Socket): void {
  const limit = Error.stackTraceLimit;
  socket.prependOnceListener('close', () => {
    Error.stackTraceLimit = 0;
  });
  socket.once('close', () => {
    Error.stackTraceLimit = limit;
  });
  socket.destroy();
}

const unusedMs = 500;

const openOf = new WeakMap<Server, ReadonlyMap<Socket, Progress>>();

/**
 * Closes the connections over which nothing has come yet. Browsers and proxies open some in advance,
 * and Node counts them among the busy ones. The first request of a new one may be on its way.
 */
export function closeUnused(server: Server): void {
  const now = performance.now();
  for (const [socket, { since }] of openOf.get(server) ?? []) {
    if (socket.bytesRead === 0 && now - since >= unusedMs) {
      socket.destroy();
    }
  }
}

function cutStalled(open: ReadonlyMap<Socket, Progress>, stalledMs: number): void {
  const now = performance.now();
  for (const [socket, progress] of open) {
    const taken = socket.bytesWritten - socket.writableLength;
    if (socket.writableLength === 0 || taken !== progress.taken) {
      Object.assign(progress, { taken, at: now });
    } else if (now - progress.at >= stalledMs) {
      socket.destroy();
    }
  }
}
