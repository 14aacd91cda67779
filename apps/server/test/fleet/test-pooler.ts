import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Client } from 'pg';

/*
 * A connection pooler in transaction mode, as unkind as one can be: each transaction runs on another
 * connection than the one before. It speaks as much of PostgreSQL's protocol as that takes, and lets
 * everyone in.
 */

export interface TestPooler extends AsyncDisposable {
  /** The address of a database through the pooler. */
  urlOf(database: string): string;
}

/** @param connections to the server; they are taken in turn */
export async function startTestPooler(serverUrl: string, connections = 3): Promise<TestPooler> {
  const backends = new Backends(serverUrl, connections);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
    serve(socket, backends);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (database) => `postgresql://anyone@127.0.0.1:${port}/${database}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      open.forEach((socket) => socket.destroy());
      await backends.end();
    },
  };
}

/** One connection to PostgreSQL, lent to one transaction at a time. */
interface Backend {
  stream: Duplex;
}

class Backends {
  readonly #url: string;
  readonly #most: number;
  readonly #free = new Map<string, Backend[]>();
  readonly #all: Backend[] = [];
  readonly #waiting: { database: string; take: (backend: Backend) => void }[] = [];
  readonly #opened = new Map<string, number>();

  constructor(url: string, most: number) {
    this.#url = url;
    this.#most = most;
  }

  async borrow(database: string): Promise<Backend> {
    const opened = this.#opened.get(database) ?? 0;
    if (opened < this.#most) {
      this.#opened.set(database, opened + 1);
      return this.#connect(database);
    }
    const free = this.#free.get(database)?.shift();
    return free ?? new Promise((take) => this.#waiting.push({ database, take }));
  }

  giveBack(database: string, backend: Backend): void {
    const index = this.#waiting.findIndex((each) => each.database === database);
    const [next] = index === -1 ? [] : this.#waiting.splice(index, 1);
    if (next) {
      next.take(backend);
    } else {
      this.#free.set(database, [...(this.#free.get(database) ?? []), backend]);
    }
  }

  async end(): Promise<void> {
    this.#all.forEach(({ stream }) => stream.destroy());
  }

  /** The driver signs in; then the bare connection is ours. */
  async #connect(database: string): Promise<Backend> {
    const url = new URL(this.#url);
    url.pathname = database;
    const client = new Client({ connectionString: url.href });
    client.on('error', () => {});
    await client.connect();
    const { stream } = client.connection;
    stream.removeAllListeners('data');
    const backend = { stream };
    this.#all.push(backend);
    return backend;
  }
}

/** What a connection of a client sends from the beginning to the end. */
function serve(socket: Socket, backends: Backends): void {
  let database = '';
  let backend: Backend | undefined;
  let queue = Promise.resolve();
  const startup = (payload: Buffer) => {
    const parameters = parametersOf(payload);
    database = parameters.get('database') ?? '';
    const known = /^(user|database|application_name|client_encoding)$/;
    const unknown = [...parameters.keys()].find((name) => !known.test(name));
    if (unknown === undefined) {
      // The pooler's own process id: no client learns that of the server's process.
      const key = message('K', int32(randomInt(2 ** 30)), int32(1));
      socket.write(Buffer.concat([message('R', int32(0)), key, message('Z', Buffer.from('I'))]));
    } else {
      socket.end(errorMessage('08P01', `unsupported startup parameter: ${unknown}`));
    }
  };
  const forward = async (bytes: Buffer) => {
    if (!backend) {
      backend = await backends.borrow(database);
      const answer = frames(1, (type, frame) => {
        socket.write(frame);
        // The transaction is over: the next one runs elsewhere.
        if (type === 'Z' && frame.toString('latin1', 5, 6) === 'I' && backend) {
          backend.stream.removeListener('data', answer);
          backends.giveBack(database, backend);
          backend = undefined;
        }
      });
      backend.stream.on('data', answer);
    }
    backend.stream.write(bytes);
  };
  const read = frames(0, (type, frame) => {
    if (type === '') {
      startup(frame.subarray(8));
    } else if (type === 'X') {
      socket.end();
    } else {
      queue = queue.then(() => forward(frame));
    }
  });
  socket.on('data', read);
}

/**
 * Cuts a stream into messages: a type of one byte, and a length that counts itself. The first message
 * of a client has no type.
 */
function frames(typed: 0 | 1, take: (type: string, frame: Buffer) => void) {
  let rest = Buffer.alloc(0);
  let head = typed;
  return (chunk: Buffer): void => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= head + 4) {
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) {
        return;
      }
      const frame = rest.subarray(0, length);
      rest = rest.subarray(length);
      take(frame.toString('latin1', 0, head), frame);
      head = 1;
    }
  };
}

function parametersOf(payload: Buffer): Map<string, string> {
  const texts = payload.toString('utf8').split('\0');
  const pairs = texts.flatMap((text, index) =>
    index % 2 === 0 && text !== '' ? [[text, texts[index + 1] ?? ''] as const] : [],
  );
  return new Map(pairs);
}

function message(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function errorMessage(code: string, text: string): Buffer {
  return message('E', Buffer.from(`SFATAL\0C${code}\0M${text}\0\0`));
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
