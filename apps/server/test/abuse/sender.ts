import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Tally, Target } from './attack.ts';

/* Requests of an attacker, which are counted. */

export interface Sent {
  method: string;
  path: string;
  headers?: Record<string, string>;
  /** JSON, or a text that is sent as it is. */
  body?: unknown;
}

/** A response; the status is 0 if the connection was closed before it was complete. */
export interface Received {
  status: number;
  text: string;
}

/** Sends requests to one server and counts what becomes of them. */
export class Sender {
  readonly #agent: Agent;
  readonly #url: string;
  readonly #tally: Tally;
  #isClosed = false;

  /** @param connections at a time */
  constructor({ url }: Target, tally: Tally, connections: number) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
    this.#url = url;
    this.#tally = tally;
  }

  /** Sends one request and counts its response, or the connection that was closed. */
  async send(sent: Sent): Promise<Received> {
    const received = await this.#exchange(sent);
    if (this.#isClosed) {
      return received;
    }
    const { status, text } = received;
    const { answers } = this.#tally;
    if (status === 0) {
      this.#tally.cut += 1;
    } else {
      answers[status] = (answers[status] ?? 0) + 1;
    }
    this.#tally.longestAnswer = Math.max(this.#tally.longestAnswer, text.length);
    return received;
  }

  /** Gives up the requests that have no response yet; they are not counted. */
  close(): void {
    this.#isClosed = true;
    this.#agent.destroy();
  }

  #exchange({ method, path, headers = {}, body }: Sent): Promise<Received> {
    const { promise, resolve } = Promise.withResolvers<Received>();
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const json = { 'content-type': 'application/json', 'content-length': byteLength(text) };
    const all = { ...(body === undefined ? {} : json), ...headers };
    const cut = () => resolve({ status: 0, text: '' });
    const asked = request(`${this.#url}${path}`, { method, agent: this.#agent, headers: all });
    asked.once('response', (response) => {
      let came = '';
      response.setEncoding('latin1').on('data', (chunk: string) => (came += chunk));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text: came }));
      response.once('close', cut);
    });
    // A server that does not read the rest of a body responds first, and closes then.
    asked.once('close', cut);
    asked.on('error', () => {});
    asked.end(text);
    return promise;
  }
}

function byteLength(text: string | undefined): number {
  return text === undefined ? 0 : Buffer.byteLength(text);
}

/** Headers of a signed-in caller at an address. */
export function headersOf({ token, address }: { token?: string; address: string }) {
  return {
    'x-forwarded-for': address,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}

/** Calls `act` in a number of loops side by side until the time is over, and waits for the last calls. */
export async function loopsOf(
  { seconds }: Target,
  loops: number,
  act: (loop: number) => Promise<unknown>,
): Promise<void> {
  const until = performance.now() + seconds * 1_000;
  const loop = async (_: unknown, index: number) => {
    while (performance.now() < until) {
      await act(index);
    }
  };
  await Promise.all(Array.from({ length: loops }, loop));
}

/** Like `loopsOf`, but gives up the last calls: many of them may wait for a long time. */
export async function flood(
  target: Target,
  loops: number,
  act: (loop: number) => Promise<unknown>,
): Promise<void> {
  await Promise.race([loopsOf(target, loops, act), delay(target.seconds * 1_000)]);
}

/** Waits, so that a loop acts once in so many milliseconds on average, and loops do not keep step. */
export async function pace<Result>(ms: number, act: () => Promise<Result>): Promise<Result> {
  const [result] = await Promise.all([act(), delay(ms * (0.5 + Math.random()))]);
  return result;
}

/** A part of a full number, at least one. */
export function share({ part }: Target, full: number): number {
  return Math.max(1, Math.round(full * part));
}
