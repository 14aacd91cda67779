import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect } from 'vitest';
import type { Sale } from './customers.ts';
import { exchange } from './exchange.ts';
import type { Reply, Request } from './exchange.ts';
import { afterTest, patient } from './faults-kit.ts';
import type { OpenSale } from './faults-kit.ts';

/** The same request to each server, one after the other. */
export async function sendToAll({ market }: OpenSale, request: Request): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (const server of market.servers) {
    replies.push(await exchange(server, request));
  }
  return replies;
}

/** Sends a request, waits for its effect, cuts the answer off, and repeats it on every server. */
export async function swallowed(trial: {
  proxy: Proxy;
  sale: OpenSale;
  request: Request;
  effect: string;
}): Promise<Reply[]> {
  const { proxy, sale, request, effect } = trial;
  proxy.swallow();
  const lost = outcomeOf(exchange(proxy.url, request));
  await expect.poll(async () => (await sale.pool.query(effect)).rowCount, patient).toBe(1);
  proxy.cut();
  expect(await lost).toBe('lost');
  const replies = await sendToAll(sale, request);
  expect(replies.every(isReplayed)).toBe(true);
  return replies;
}

export function outcomeOf(reply: Promise<Reply>): Promise<'answered' | 'lost'> {
  return reply.then(
    () => 'answered' as const,
    () => 'lost' as const,
  );
}

export function isReplayed({ headers }: Reply): boolean {
  return headers['idempotency-replayed'] === 'true';
}

export async function timed(replying: Promise<Reply>) {
  const began = performance.now();
  const { status, code, headers } = await replying;
  return { status, code, retryAfter: headers['retry-after'], ms: performance.now() - began };
}

/** The failure in a line of the log, with its cause. */
export function causeOf(fields: unknown): string {
  const { err } = fields as { err?: { cause?: unknown } };
  return `${String(err)} ${String(err?.cause)}`;
}

export interface Proxy {
  url: string;
  /** Holds back the answers of the server from now on. */
  swallow(): void;
  /** Cuts every connection, and lets answers through again. */
  cut(): void;
}

/** A proxy on the way to a server. */
export async function startProxy(target: string): Promise<Proxy> {
  const { port, hostname } = new URL(target);
  const open = new Set<Socket>();
  let isSwallowing = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on('error', () => {}).on('close', () => to.destroy());
      from.on('data', (chunk) => {
        if (from === client || !isSwallowing) {
          to.write(chunk);
        }
      });
    }
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const cut = () => {
    isSwallowing = false;
    for (const socket of open) {
      socket.destroy();
    }
    open.clear();
  };
  afterTest(async () => {
    cut();
    server.close();
  });
  const { port: own } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${own}`, swallow: () => (isSwallowing = true), cut };
}

interface SeatsEvent {
  type: 'snapshot' | 'change';
  version: string;
  seats: { id: string; status: string }[];
}

/** A viewer of the live seat map. */
export interface Feed {
  events: SeatsEvent[];
  /** Resolves when the server ends the feed; rejects when the connection breaks. */
  ended: Promise<void>;
  /** Waits until the seats, after all events so far, fulfil a condition. */
  until(holds: (seats: ReadonlyMap<string, string>) => boolean): Promise<void>;
  leave(): void;
}

/** Subscribes over server-sent events, without a client library in between. */
export function watchSeats(server: string, { showtimeId }: Sale, lastEventId?: string): Feed {
  const input = JSON.stringify({ json: { showtimeId, ...(lastEventId ? { lastEventId } : {}) } });
  const url = `${server}/trpc/showtimes.onSeatsChanged?input=${encodeURIComponent(input)}`;
  const leaving = new AbortController();
  const events: SeatsEvent[] = [];
  const seats = new Map<string, string>();
  const read = async () => {
    for await (const { event, data } of serverSentEvents(url, leaving.signal)) {
      if (event === 'return') {
        return;
      }
      if (event === 'message') {
        const { json } = JSON.parse(data) as { json: SeatsEvent };
        events.push(json);
        json.seats.forEach(({ id, status }) => seats.set(id, status));
      }
    }
    throw new Error('The stream broke');
  };
  const ended = read();
  ended.catch(() => {});
  return {
    events,
    ended,
    until: async (holds) => {
      await expect.poll(() => holds(seats), patient).toBe(true);
    },
    leave: () => leaving.abort(),
  };
}

async function* serverSentEvents(url: string, signal: AbortSignal) {
  const response = await fetch(url, { signal, headers: { accept: 'text/event-stream' } });
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
      yield { event: field('event') ?? 'message', data: field('data') ?? '', id: field('id') };
    }
  }
}
