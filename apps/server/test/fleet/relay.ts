import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A proxy in front of a database, as HAProxy is one: it follows the primary that it is told. */
export interface Relay extends AsyncDisposable {
  /** The database's address through the relay. */
  readonly url: string;
  /** Connections since the last change. */
  readonly connections: number;
  /** Leads to another server from now on; what was open is cut. */
  leadTo(url: string): void;
  /** Nothing comes back any more, on open connections and on new ones, as from a stopped machine. */
  hold(): void;
  /** The same for connections that are made from now on. */
  holdNew(): void;
}

/** @param url the address of a database, whose name and password stay the same everywhere */
export async function startRelay(url: string): Promise<Relay> {
  const open = new Set<Socket>();
  let target = portOf(url);
  let isHolding = false;
  let isHoldingNew = false;
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    const isHeld = isHoldingNew;
    const upstream = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      from.on('data', (chunk) => {
        if (from === client || !(isHolding || isHeld)) {
          to.write(chunk);
        }
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.port = String((server.address() as AddressInfo).port);
  const cut = () => open.forEach((socket) => socket.destroy());
  return {
    url: own.href,
    get connections() {
      return connections;
    },
    leadTo: (other) => {
      target = portOf(other);
      isHolding = false;
      isHoldingNew = false;
      connections = 0;
      cut();
    },
    hold: () => {
      isHolding = true;
    },
    holdNew: () => {
      isHoldingNew = true;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      cut();
    },
  };
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
