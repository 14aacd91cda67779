import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import autocannon from 'autocannon';
import { cpuBetween, readCpu } from './cpu.ts';
import type { Options } from './options.ts';
import type { Server } from './servers.ts';

/** One request as the generator sends it. */
export interface Call {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** What a connection does: a next call each time, and a look at what came back. */
interface Client {
  next(): Call;
  onAnswer?(status: number, body: string, headers: Record<string, string | undefined>): void;
}

export interface Load {
  server: Server;
  connections: number;
  /** How long; or `perConnection`. */
  seconds?: number;
  /** Requests of each connection. */
  perConnection?: number;
  /** Called once per connection; a call alone is sent again and again. */
  client(index: number): Client | Call;
}

/** Requests that do not wait for each other, like those of people who have nothing to do with each other. */
export interface Arrivals {
  server: Server;
  seconds: number;
  /** On average: the time between two of them is distributed exponentially, in each round alike. */
  perSecond: number;
  next(): Call;
}

/** What one round came to. */
export interface Measured {
  requestsPerSecond: number;
  /** Of purchases that were acknowledged; where seats are sold. */
  seatsPerSecond?: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  answers: number;
  statuses: Record<string, number>;
  errors: number;
  seconds: number;
  /** CPU milliseconds per request: hardly moved by what else the machine does. */
  serverMs: number;
  postgresMs: number;
  /** The generator's own, on the same cores. */
  generatorMs: number;
  /** Cores that were busy with anything else meanwhile. */
  otherCores: number;
}

/** One round in which each connection sends its next request after its last answer. It ends by itself. */
export function applyLoad(load: Load): Promise<Measured> {
  return measure(load.server, async (answered) => {
    let index = 0;
    const instance = autocannon({
      url: load.server.url,
      connections: load.connections,
      timeout: 30,
      sampleInt: 100,
      ...(load.perConnection === undefined
        ? { duration: load.seconds ?? 1 }
        : { amount: load.perConnection * load.connections }),
      setupClient: (client) => client.setRequests([requestOf(load.client(index++))]),
    });
    const emitter = instance as unknown as NodeJS.EventEmitter;
    // oxlint-disable-next-line max-params -- the generator's own
    emitter.on('response', (_client: unknown, status: number, _bytes: number, ms: number) =>
      answered(status, ms),
    );
    return (await instance).errors;
  });
}

/**
 * One round in which requests come at random, whether or not those before have been answered; each is timed
 * from when it is sent. Autocannon's `overallRate` sends a second's requests in a row at its beginning.
 */
export function applyArrivals(arrivals: Arrivals): Promise<Measured> {
  const { server, seconds, perSecond } = arrivals;
  return measure(server, async (answered) => {
    const agent = new http.Agent({ keepAlive: true });
    const pauses = exponential(1_000 / perSecond);
    const sent: Promise<void>[] = [];
    let errors = 0;
    const began = performance.now();
    for (let due = pauses(); due < seconds * 1_000; due += pauses()) {
      await delay(Math.max(0, began + due - performance.now()));
      const at = performance.now();
      sent.push(
        send(server.url, arrivals.next(), agent).then(
          (status) => answered(status, performance.now() - at),
          () => {
            errors += 1;
          },
        ),
      );
    }
    await Promise.all(sent);
    agent.destroy();
    return errors;
  });
}

type Answered = (status: number, ms: number) => void;

/** @param work calls back for each answer, and returns the number of errors */
async function measure(
  { pid }: Server,
  work: (answered: Answered) => Promise<number>,
): Promise<Measured> {
  const cpu = readCpu(pid);
  const began = performance.now();
  let last = began;
  const statuses: Record<string, number> = {};
  const times: number[] = [];
  const errors = await work((status, ms) => {
    last = performance.now();
    times.push(ms);
    statuses[status] = (statuses[status] ?? 0) + 1;
  });
  const answers = times.length;
  const seconds = (last - began) / 1000;
  times.sort((a, b) => a - b);
  const used = cpuBetween(cpu, readCpu(pid));
  return {
    requestsPerSecond: answers / seconds,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    answers,
    statuses,
    errors,
    seconds,
    serverMs: (used.server / answers) * 1000,
    postgresMs: (used.postgres / answers) * 1000,
    generatorMs: (used.generator / answers) * 1000,
    otherCores: (used.machine - used.server - used.postgres - used.generator) / seconds,
  };
}

/** Numbers of this mean, distributed exponentially; the same ones each time. */
function exponential(mean: number): () => number {
  let state = 20_261_130;
  return () => {
    // MINSTD with the multiplier of C++'s `minstd_rand`, [rand.predef].
    state = (state * 48_271) % 2_147_483_647;
    return -Math.log(state / 2_147_483_647) * mean;
  };
}

/** @returns the status, when the whole answer is there */
function send(
  url: string,
  { method, path, headers, body }: Call,
  agent: http.Agent,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const signal = AbortSignal.timeout(30_000);
  const sent = http.request(`${url}${path}`, { method, headers, agent, signal }, (response) => {
    response
      .resume()
      .on('end', () => resolve(response.statusCode ?? 0))
      .on('error', reject);
  });
  sent.on('error', reject).end(body);
  return promise;
}

/** @throws Error when a request was refused or had no answer */
export function assertServed(measured: Measured): Measured {
  const { statuses, errors } = measured;
  if (errors > 0 || Object.keys(statuses).some((status) => !status.startsWith('2'))) {
    throw new Error(`Requests were refused: ${JSON.stringify(statuses)}, ${errors} errors`);
  }
  return measured;
}

/** To a hundredth of a millisecond; the generator's own figures are whole milliseconds. */
function quantile(sorted: number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return Math.round((value ?? Number.NaN) * 100) / 100;
}

function requestOf(client: Client | Call): autocannon.Request {
  if ('path' in client) {
    return client;
  }
  return {
    setupRequest: (request) => ({ ...request, ...client.next() }),
    // oxlint-disable-next-line max-params -- the generator's own
    onResponse: (status, body, _context, headers) =>
      client.onAnswer?.(status, body, headers as Record<string, string | undefined>),
  };
}

export interface Variant {
  name: string;
  run(seconds: number): Promise<Measured>;
}

/** The rounds of each variant, in the order in which they were run. */
export type Rounds = Record<string, Measured[]>;

/** A B A B …: so that what the machine does meanwhile hits all of them alike. */
export async function alternate(
  variants: Variant[],
  { rounds, seconds, warmUpSeconds }: Pick<Options, 'rounds' | 'seconds' | 'warmUpSeconds'>,
): Promise<Rounds> {
  const results: Rounds = {};
  for (const variant of variants) {
    await variant.run(warmUpSeconds);
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const variant of variants) {
      const measured = await variant.run(seconds);
      (results[variant.name] ??= []).push(measured);
      process.stderr.write(`  ${round} ${variant.name.padEnd(36)} ${inWords(measured)}\n`);
    }
  }
  return results;
}

function inWords({ requestsPerSecond, p99, serverMs, postgresMs }: Measured): string {
  const rate = requestsPerSecond.toFixed(0).padStart(6);
  const cpu = `${serverMs.toFixed(3)} + ${postgresMs.toFixed(3)} ms`;
  return `${rate}/s  p99 ${p99.toFixed(0).padStart(4)} ms  CPU ${cpu}`;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

/** How much of another's rate one has. */
export function ratio(rounds: Rounds, one: string, other: string): number {
  return ratioOf(rounds, [one, other], (round) => round.requestsPerSecond);
}

/** How much of another's figure one has: the median over the rounds, each pair run side by side. */
export function ratioOf(
  rounds: Rounds,
  [one, other]: [one: string, other: string],
  figure: (round: Measured) => number,
): number {
  const others = rounds[other] ?? [];
  return median(
    (rounds[one] ?? []).map((round, index) => {
      const beside = others[index];
      return figure(round) / (beside ? figure(beside) : Number.NaN);
    }),
  );
}
