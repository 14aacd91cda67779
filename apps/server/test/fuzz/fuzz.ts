import { Agent, request as send } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { startServerProcess } from '../races/processes.ts';
import type { ServerProcess } from '../races/processes.ts';
import { freshDocument } from '../rest/document.ts';
import { Contract } from './answers.ts';
import type { Answer } from './answers.ts';
import { requests } from './requests.ts';
import type { Request } from './requests.ts';
import { World } from './world.ts';

/*
 * Requests made up from the document, right and wrong, to a real server: no answer may be a 5xx or
 * something that the document does not say, the server must not end, and its memory must not grow.
 * Used by `fuzz.test.ts` and by `npm run fuzz`, which does not run under vitest.
 */

export interface FuzzOptions {
  databaseUrl: string;
  requests: number;
  seed: number;
  /** Of a failure, to replay it. */
  path?: string | undefined;
  /** Ends the run early, as a success. */
  atMostMs?: number;
}

export interface FuzzReport {
  seed: number;
  requests: number;
  /** How often each status was answered. */
  statuses: Record<string, number>;
  /** Successes by operation: one that is never reached is not tested. */
  successes: Record<string, number>;
  /** Heap of the server at the end, in MiB. */
  heapMib: number;
  /** The first request that was answered wrongly, how, and how to replay it. */
  failure: string | undefined;
}

/**
 * A server at work needs about 100 MiB. One that kept a little of every request would end here, and
 * that is a failure.
 */
const heapLimitMib = 320;
const batchSize = 16;
/** Batches after which the world is looked after. */
const tendEvery = 12;

/** Sends them, in batches at once. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const contract = new Contract(await freshDocument());
  const env = { NODE_OPTIONS: `--max-old-space-size=${heapLimitMib}` };
  const server = await startServerProcess({ databaseUrl: options.databaseUrl, env });
  const world = new World(server.url, options.databaseUrl);
  try {
    return await new Run(options, { contract, server, world }).run();
  } finally {
    await world.close();
    await server.stop();
  }
}

interface Scene {
  contract: Contract;
  server: ServerProcess;
  world: World;
}

class Run {
  readonly #options: FuzzOptions;
  readonly #scene: Scene;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: batchSize });
  readonly #statuses: Record<string, number> = {};
  readonly #successes: Record<string, number> = {};
  #requests = 0;
  #batches = 0;

  constructor(options: FuzzOptions, scene: Scene) {
    this.#options = options;
    this.#scene = scene;
  }

  async run(): Promise<FuzzReport> {
    const { seed, path, requests: count, atMostMs } = this.#options;
    const batches = Math.ceil(count / batchSize);
    const batch = fc.array(requests(this.#scene.contract.operations), {
      minLength: batchSize,
      maxLength: batchSize,
    });
    const details = await fc.check(
      fc.asyncProperty(batch, async (each) => this.#send(each)),
      {
        seed,
        numRuns: batches,
        ...(path === undefined ? {} : { path, endOnFailure: true }),
        // oxlint-disable-next-line typescript/no-deprecated -- with the plugin for it, the type of a batch is lost
        ...(atMostMs === undefined ? {} : { interruptAfterTimeLimit: atMostMs }),
      },
    );
    this.#agent.destroy();
    return {
      seed,
      requests: this.#requests,
      statuses: this.#statuses,
      successes: this.#successes,
      heapMib: await heapOf(this.#scene.server),
      failure: details.failed && !details.interrupted ? describeFailure(details) : undefined,
    };
  }

  async #send(batch: Request[]): Promise<void> {
    const { world, server } = this.#scene;
    await world.signIn();
    if (this.#batches % tendEvery === 0) {
      await world.tend();
    }
    this.#batches += 1;
    const problems = await Promise.all(batch.map((request) => this.#ask(request)));
    const wrong = problems.flat();
    if (!server.isRunning()) {
      wrong.push(`The server has ended: ${server.output()}`);
    }
    if (wrong.length > 0) {
      throw new Error(wrong.join('\n'));
    }
  }

  async #ask(made: Request): Promise<string[]> {
    const { contract, world, server } = this.#scene;
    const request = filled(made, world);
    const answer = await exchange(server.url, request, this.#agent);
    const operationId = operationOf(contract, request);
    this.#requests += 1;
    this.#statuses[answer.status] = (this.#statuses[answer.status] ?? 0) + 1;
    if (operationId !== undefined && answer.status < 300) {
      this.#successes[operationId] = (this.#successes[operationId] ?? 0) + 1;
    }
    if (['HEAD', 'OPTIONS'].includes(request.method) && answer.status < 500) {
      return answer.text === '' ? [] : [`${request.method} with a body`];
    }
    const problems = contract.problemsOf(operationId, answer);
    return problems.length === 0 ? [] : [describe(request, answer, problems)];
  }
}

function filled(made: Request, world: World): Request {
  const token = world.tokenOf(made.actor);
  return {
    ...made,
    path: world.fill(made.path),
    query: made.query.map(([name, value]) => [name, world.fill(value)]),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...made.headers,
    },
    body: made.body === undefined ? undefined : world.fill(made.body),
  };
}

/** The operation that a router takes the request for; undefined when there is none. */
function operationOf({ operations }: Contract, { method, path }: Request): string | undefined {
  const found = operations
    .filter((each) => each.method === method)
    .filter((each) => new RegExp(`^${each.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path))
    .toSorted((a, b) => a.path.split('{').length - b.path.split('{').length);
  return found[0]?.operationId;
}

/** As it stands, byte for byte: `fetch` would tidy it up. */
async function exchange(url: string, request: Request, agent: Agent): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const query = new URLSearchParams(request.query).toString();
  const { port } = new URL(url);
  const target = `/api/v1${request.path}${query === '' ? '' : `?${query}`}`;
  const { body, method, headers } = request;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options = { host: '127.0.0.1', port, method, path: target, agent };
  const sent = send({ ...options, headers: { ...headers, ...length } }, (response) => {
    const { statusCode: status = 0, headers: told } = response;
    if (told['content-type'] === 'text/event-stream') {
      // A stream has no end: its head is the answer.
      resolve({ status, headers: told, text: '' });
      response.destroy();
      return;
    }
    buffer(response).then(
      (raw) => resolve({ status, headers: told, text: decoded(raw, told) }),
      reject,
    );
  });
  sent.once('error', reject);
  sent.end(body);
  return promise;
}

function decoded(raw: Buffer, { 'content-encoding': encoding }: IncomingHttpHeaders): string {
  switch (encoding) {
    case 'br':
      return brotliDecompressSync(raw).toString();
    case 'zstd':
      return zstdDecompressSync(raw).toString();
    case 'gzip':
      return gunzipSync(raw).toString();
    default:
      return raw.toString();
  }
}

function describe(request: Request, answer: Answer, problems: string[]): string {
  const { method, path, query, headers, body = '' } = request;
  return [
    `${method} ${path}?${new URLSearchParams(query).toString()}`,
    JSON.stringify(headers).slice(0, 500),
    body.slice(0, 1_000),
    `→ ${answer.status} ${answer.text.slice(0, 1_000)}`,
    ...problems.map((problem) => `  ${problem}`),
  ].join('\n');
}

function describeFailure(details: fc.RunDetails<[Request[]]>): string {
  const { seed, counterexamplePath, errorInstance } = details;
  const what = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return `${what}\nReplay: npm run fuzz -- --seed ${seed} --path ${counterexamplePath ?? ''}`;
}

async function heapOf({ url }: ServerProcess): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const [, bytes] = /^nodejs_heap_size_used_bytes (\d+)/m.exec(metrics) ?? [];
  return Math.round(Number(bytes) / 2 ** 20);
}
