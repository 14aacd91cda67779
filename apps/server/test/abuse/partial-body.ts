import { setTimeout as delay } from 'node:timers/promises';
import { openRaw } from '../raw-client.ts';
import type { RawClient } from '../raw-client.ts';
import { newTally } from './attack.ts';
import type { Tally, Target } from './attack.ts';
import { pace, share } from './sender.ts';

interface PartialRequest {
  /** Connections at a time, at full volume. */
  connections: number;
  head: string;
  /** What is sent of the body. */
  body: string;
}

/** A connection that is closed is opened again after this long. */
const reopenMs = 1_000;

/**
 * Sends requests whose bodies have no end, until the time is over, and waits as long again for the
 * last responses. `waiting` counts the connections that are open without a response even then.
 */
export async function sendPartly(
  target: Target,
  { connections, head, body }: PartialRequest,
): Promise<Tally> {
  const tally = newTally();
  tally.figures.waiting = 0;
  const until = performance.now() + target.seconds * 1_000;
  const bytes = Buffer.from(head + body, 'latin1');
  const patience = until + target.seconds * 1_000;
  const connection = async () => {
    const { socket, seen, read } = await openRaw(target.url);
    read().write(bytes);
    while (!seen.isClosed && performance.now() < patience) {
      await delay(50);
    }
    count(tally, seen);
    socket.destroy();
  };
  const loop = async () => {
    while (performance.now() < until) {
      await pace(reopenMs, connection);
    }
  };
  await Promise.all(Array.from({ length: share(target, connections) }, loop));
  return tally;
}

function count(tally: Tally, { text, isClosed }: RawClient['seen']): void {
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
  if (status !== undefined) {
    tally.answers[status] = (tally.answers[status] ?? 0) + 1;
  } else if (isClosed) {
    tally.cut += 1;
  } else {
    tally.figures.waiting = (tally.figures.waiting ?? 0) + 1;
  }
}

/** The sum of two tallies. */
export function addTally(one: Tally, other: Tally): Tally {
  return {
    answers: add(one.answers, other.answers),
    cut: one.cut + other.cut,
    longestAnswer: Math.max(one.longestAnswer, other.longestAnswer),
    figures: add(one.figures, other.figures),
  };
}

function add(one: Record<string, number>, other: Record<string, number>): Record<string, number> {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(names.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}
