import { createServer, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** One request as it came from the client, and what the server said to it. */
export interface Exchanged {
  readonly method: string;
  /** The procedures, as the address names them. */
  readonly paths: string[];
  readonly headers: IncomingHttpHeaders;
  /** By `performance.now()`. */
  readonly at: number;
  /** Whether the client hung up before it had the answer. */
  wasLeft: boolean;
  /** Nobody waits for more of it, nor has more to say. */
  isOver: boolean;
  answered?: { status: number; headers: IncomingHttpHeaders } | undefined;
}

/** What the server answered, whole. */
export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A request in the hands of a fault. */
export interface Caught {
  readonly exchanged: Exchanged;
  /** Passes it on, and the answer back, piece by piece. */
  pass(): Promise<void>;
  /** Has the server answer; the client gets nothing of it yet. */
  serve(): Promise<Answered>;
  answer(answered: { status: number; headers?: IncomingHttpHeaders; body?: string }): void;
  /** Answers the first half, and no more. */
  stall(answered: Answered): void;
  /** Breaks the connection after the first half of an answer. */
  breakOff(answered: Answered): void;
  cut(): void;
}

/** What happens to a request instead of being passed on; until it says so the client is held. */
export type Fault = (caught: Caught) => unknown;

/** Between a client and a server: passes everything on, as it comes, unless told otherwise. */
export interface FaultProxy {
  readonly url: string;
  /** The requests so far. */
  readonly requests: Exchanged[];
  /** What happens to the next ones. */
  readonly faults: Fault[];
  /** To another server from now on. */
  lead(target: string): void;
  /** Breaks every connection. */
  cut(): void;
  openConnections(): number;
  /** Nobody is there any more. */
  close(): Promise<void>;
  /** Is there again, at the same address. */
  reopen(): Promise<void>;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const requests: Exchanged[] = [];
  const faults: Fault[] = [];
  const sockets = new Set<Socket>();
  let leadsTo = target;
  const server = createServer((asked, answer) => {
    const exchanged = exchangedOf(asked);
    requests.push(exchanged);
    answer.once('close', () => {
      exchanged.isOver = true;
      exchanged.wasLeft = !answer.writableFinished;
    });
    const fault = faults.shift() ?? ((caught: Caught) => caught.pass());
    const caught = caughtOf({ exchanged, asked, answer, target: leadsTo });
    // A server that dies meanwhile is for the client to find out.
    Promise.resolve(fault(caught)).catch(() => asked.socket.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  const listen = async (port: number) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(port, '127.0.0.1', resolve);
    await promise;
  };
  const cut = () => sockets.forEach((socket) => socket.destroy());
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    faults,
    lead: (to) => (leadsTo = to),
    cut,
    openConnections: () => sockets.size,
    close: async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      cut();
      await promise;
    },
    reopen: () => listen(port),
  };
}

interface Passing {
  exchanged: Exchanged;
  asked: IncomingMessage;
  answer: ServerResponse;
  target: string;
}

function exchangedOf({ method = '', url = '', headers }: IncomingMessage): Exchanged {
  const [path = ''] = url.split('?');
  const paths = path.replace(/^\/trpc\//, '').split(',');
  return { method, paths, headers, at: performance.now(), wasLeft: false, isOver: false };
}

function caughtOf(passing: Passing): Caught {
  const { exchanged, asked, answer } = passing;
  const send = async () => {
    const response = await forward(passing);
    const { statusCode: status = 0, headers } = response;
    exchanged.answered = { status, headers };
    return { response, status, headers };
  };
  const half = ({ status, headers, body }: Answered, then: () => void) => {
    answer.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    answer.write(body.slice(0, body.length / 2), then);
  };
  return {
    exchanged,
    pass: async () => {
      const { response, status, headers } = await send();
      response.on('error', () => asked.socket.destroy());
      answer.writeHead(status, headers);
      response.pipe(answer);
    },
    serve: async () => {
      const { response, ...head } = await send();
      return { ...head, body: await text(response) };
    },
    answer: ({ status, headers = {}, body = '' }) => {
      const { 'content-length': _length, ...others } = headers;
      answer.writeHead(status, others).end(body);
    },
    stall: (answered) => half(answered, () => {}),
    breakOff: (answered) => half(answered, () => asked.socket.destroy()),
    cut: () => asked.socket.destroy(),
  };
}

/** On a connection of its own, which ends when the client hangs up. */
async function forward({ asked, answer, target }: Passing): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { method, url } = asked;
  // Plain: what is looked into here is not compressed.
  const { 'accept-encoding': _encoding, ...headers } = asked.headers;
  const sent = request(`${target}${url}`, { method, headers, agent: false }, resolve);
  sent.on('error', reject);
  answer.once('close', () => sent.destroy());
  asked.pipe(sent);
  return promise;
}
