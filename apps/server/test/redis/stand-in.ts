import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** What a stand-in for Redis answers to a command; undefined: nothing, `cut`: it closes the connection. */
export type Answer = (command: string[], socket: Socket) => string | undefined;

export interface StandIn {
  port: number;
  /** The commands that it was sent. */
  commands: string[][];
  answer: Answer;
  close(): Promise<void>;
}

/** Texts of the protocol. */
export const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
export const time = '*2\r\n$10\r\n1700000000\r\n$6\r\n250000\r\n';

/** A Redis that has one value for each key. */
export const usual: Answer = ([name]) => {
  switch (name?.toLowerCase()) {
    case 'getrange':
      return bulk('a value');
    case 'time':
      return time;
    default:
      return '+OK\r\n';
  }
};

/** Listens on 127.0.0.1, on a free port or on this one. */
export async function startStandIn(
  answer: Answer = usual,
  { port = 0, tls }: { port?: number; tls?: { cert: string; key: string } } = {},
): Promise<StandIn> {
  const sockets = new Set<Socket>();
  const serve = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let read = '';
    socket.on('data', (chunk: Buffer) => {
      read += chunk.toString();
      for (let next = takeCommand(read); next; next = takeCommand(read)) {
        read = next.rest;
        standIn.commands.push(next.command);
        const text = standIn.answer(next.command, socket);
        if (text !== undefined && !socket.destroyed) {
          socket.write(text);
        }
      }
    });
  };
  const server: Server = tls ? createTlsServer(tls, serve) : createServer(serve);
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const standIn: StandIn = {
    port: (server.address() as AddressInfo).port,
    commands: [],
    answer,
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return standIn;
}

/** The first command of a text in the protocol of Redis. */
function takeCommand(text: string): { command: string[]; rest: string } | undefined {
  const lines = text.split('\r\n');
  const count = Number(/^\*(\d+)$/.exec(lines[0] ?? '')?.[1] ?? Number.NaN);
  const end = 1 + count * 2;
  return lines.length > end
    ? {
        command: lines.slice(1, end).filter((_line, index) => index % 2 === 1),
        rest: lines.slice(end).join('\r\n'),
      }
    : undefined;
}
