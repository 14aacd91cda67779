import { type Outcome, readAnswers } from './answer.ts';
import { performRequest } from './http.ts';
import type { Settings } from './settings.ts';

/** One attempt of one call. */
export interface Attempt {
  readonly path: string;
  readonly kind: 'query' | 'mutation';
  /** The input as it goes over the wire. */
  readonly input: string;
  readonly idempotencyKey: string | undefined;
  /** Aborted when nobody waits for the outcome any more. */
  readonly signal: AbortSignal;
}

export type Transport = (attempt: Attempt) => Promise<Outcome>;

/** The server refuses longer batches. */
const mostCalls = 10;
/** Half of the 8 kB that servers and proxies read as a request line. */
const longestUrl = 4_000;

interface Waiting {
  readonly attempt: Attempt;
  readonly settle: (outcome: Outcome) => void;
}

/**
 * The way to the server, tRPC's protocol. Queries that are made together travel together; a
 * mutation alone, because a request has one idempotency key; `auth.*` alone, because the server
 * takes it no other way.
 */
export function createTransport(settings: Settings): Transport {
  let waiting: Waiting[] = [];

  function flush(): void {
    const calls = waiting.filter(({ attempt }) => !attempt.signal.aborted);
    waiting = [];
    for (const group of inGroups(calls)) {
      void exchange(settings, group);
    }
  }

  return (attempt) =>
    new Promise((settle) => {
      if (attempt.kind === 'mutation' || attempt.path.startsWith('auth.')) {
        void exchange(settings, [{ attempt, settle }]);
        return;
      }
      // Whatever is asked for in one go, by the parts of a page for example, is one request.
      if (waiting.push({ attempt, settle }) === 1) {
        void Promise.resolve().then(flush);
      }
    });
}

/** In order; a call that is too long for any company goes alone. */
function inGroups(calls: Waiting[]): Waiting[][] {
  const groups: Waiting[][] = [];
  for (const call of calls) {
    const group = groups.at(-1) ?? [];
    const attempts = [...group, call].map(({ attempt }) => attempt);
    const fits = attempts.length <= mostCalls && queryOf(attempts).length <= longestUrl;
    if (group.length > 0 && fits) {
      group.push(call);
    } else {
      groups.push([call]);
    }
  }
  return groups;
}

async function exchange(settings: Settings, calls: Waiting[]): Promise<void> {
  const attempts = calls.map(({ attempt }) => attempt);
  const outcomes = await performRequest(
    settings,
    { ...requestOf(attempts, settings.url), signal: whenAllAborted(attempts) },
    (head, text) => readAnswers(head, text, attempts.length),
  );
  for (const [index, outcome] of outcomes.entries()) {
    calls[index]?.settle(outcome);
  }
}

function requestOf(attempts: Attempt[], url: string) {
  const paths = attempts.map(({ path }) => path);
  const [first] = attempts;
  if (first?.kind !== 'mutation') {
    return { method: 'GET' as const, url: `${url}/trpc/${queryOf(attempts)}`, headers: {}, paths };
  }
  const key = first.idempotencyKey;
  return {
    method: 'POST' as const,
    url: `${url}/trpc/${first.path}`,
    headers: {
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: first.input,
    paths,
  };
}

/** The end of the address of a query, or of a batch of them. */
function queryOf(attempts: Attempt[]): string {
  const paths = attempts.map(({ path }) => path).join(',');
  const [first] = attempts;
  if (attempts.length === 1 && first) {
    return `${paths}?input=${encodeURIComponent(first.input)}`;
  }
  const inputs = attempts.map(({ input }, index) => `"${index}":${input}`).join(',');
  return `${paths}?batch=1&input=${encodeURIComponent(`{${inputs}}`)}`;
}

/** A request ends early when the last of its calls is given up, and not before. */
function whenAllAborted(attempts: Attempt[]): AbortSignal {
  const controller = new AbortController();
  let left = attempts.length;
  for (const { signal } of attempts) {
    const giveUp = () => {
      left -= 1;
      if (left === 0) {
        controller.abort();
      }
    };
    signal.addEventListener('abort', giveUp, { once: true });
  }
  return controller.signal;
}
