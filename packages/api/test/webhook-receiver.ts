import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Unreachable } from '../src/webhooks/sender.ts';
import type { WebhookSender } from '../src/webhooks/sender.ts';

/** What a receiver was sent. */
export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** How a receiver answers. */
export interface Response {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  /** Answers when this has resolved. */
  after?: Promise<unknown>;
}

/** A receiver of webhooks on 127.0.0.1 that keeps what it is sent. */
export interface Receiver {
  url: string;
  received: Received[];
  /** How it answers from now on; with 204 at first. */
  respond: Response;
  close(): Promise<void>;
}

/** Starts a receiver on a free port. */
export async function aReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { headers } = request;
      receiver.received.push({ headers, body: Buffer.concat(parts).toString() });
      const { status, headers: sent = {}, body = '', after } = receiver.respond;
      void Promise.resolve(after).then(() => response.writeHead(status, sent).end(body));
    });
  });
  const receiver: Receiver = {
    url: '',
    received: [],
    respond: { status: 204 },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return receiver;
}

/** Sends by the `fetch` of Node, to any address: the host's own sender has tests of its own. */
export const plainSender: WebhookSender = {
  send: async ({ url, headers, body }) => {
    try {
      const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' });
      const retryAfter = answer.headers.get('retry-after') ?? undefined;
      return { status: answer.status, retryAfter, text: (await answer.text()).slice(0, 1_000) };
    } catch {
      throw new Unreachable('the endpoint cannot be reached');
    }
  },
};
