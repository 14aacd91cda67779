import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool, types } from 'pg';
import type { PoolConfig } from 'pg';

/** An answer; a body that is no string is written as JSON. */
export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Handler = (req: IncomingMessage, body: string) => Promise<Reply>;

/** As many connections as the product has. */
export function openPool(config: PoolConfig = {}): Pool {
  // As the product reads them: an instant is a Date, a day is text.
  types.setTypeParser(types.builtins.TIMESTAMPTZ, (text) => new Date(text));
  types.setTypeParser(types.builtins.DATE, (text) => text);
  return new Pool({ connectionString: process.env.DATABASE_URL, max: 20, ...config });
}

const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Eight letters of the product's alphabet. */
export function newReference(): string {
  return [...randomBytes(8)].map((byte) => alphabet.charAt(byte % 32)).join('');
}

/** Serves `METHOD /first-part-of-the-path`. */
export function serve(handlers: Record<string, Handler>): void {
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const path = req.url?.split(/[/?]/, 2)[1] ?? '';
      const handler = handlers[`${req.method} /${path}`];
      const work = handler?.(req, Buffer.concat(chunks).toString());
      (work ?? Promise.resolve({ status: 404 })).then(
        (reply) => send(res, reply),
        (error: unknown) => {
          process.stderr.write(`${String(error)}\n`);
          send(res, { status: 500 });
        },
      );
    });
  });
  listen(server);
}

/** Listens on a free port, until the process that started this one is gone. */
export function listen(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.stdout.write(`serving at http://127.0.0.1:${port}\n`);
  });
  process.once('disconnect', () => process.exit(0));
}

function send(res: ServerResponse, { status, body, headers = {} }: Reply): void {
  if (body === undefined) {
    res.writeHead(status, headers).end();
    return;
  }
  const text = JSON.stringify(body);
  const type = 'application/json';
  const length = Buffer.byteLength(text);
  res.writeHead(status, { ...headers, 'content-type': type, 'content-length': length });
  res.end(text);
}
