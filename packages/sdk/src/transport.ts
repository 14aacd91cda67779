import type { Operation, TRPCClientError, TRPCLink } from '@trpc/client';
// One by one: the package as a whole brings its client and its WebSockets along, 2 kB of a bundle.
import { httpBatchLink } from '@trpc/client/links/httpBatchLink';
import { httpLink } from '@trpc/client/links/httpLink';
import { clientFailure, readFailure, readHead, wellFormed } from './answer.ts';
import type { Failed, Outcome } from './answer.ts';
import type { AppRouter } from './api.ts';
import type { CallOptions } from './call.ts';
import { signInPaths, unreachable } from './http.ts';
import { withUserAgent } from './settings.ts';
import type { Settings } from './settings.ts';
import { encode, transformer } from './wire.ts';

/** One attempt of one call. */
export interface Attempt {
  readonly path: string;
  readonly kind: 'query' | 'mutation';
  readonly input: object;
  readonly idempotencyKey: string | undefined;
  readonly options: CallOptions;
  /** Aborted when nobody waits for the outcome any more. */
  readonly signal: AbortSignal;
}

export type Transport = (attempt: Attempt) => Promise<Outcome>;

/** The server refuses longer batches. */
const maxItems = 10;
/** Half of the 8 kB that servers and proxies read as a request line. */
const maxURLLength = 4_000;

/** What a call leaves for its request to find, and the other way round. */
interface CallContext {
  readonly idempotencyKey: string | undefined;
  readonly options: CallOptions;
  readonly signal: AbortSignal;
  /** The token it was sent with. */
  token?: string | undefined;
}

/** Where the headers of a request say whose it is: the links hand them to `fetch` as they are. */
const callsOf = Symbol('calls');

interface RequestHeaders {
  [name: string]: string;
  [callsOf]: CallContext[];
}

/** The token could not be had: nothing was sent. */
class NoToken extends Error {}

/**
 * The way to the server: tRPC's links. Queries that are made together travel together; a mutation
 * alone, because a request has one idempotency key; `auth.*` alone, because the server takes it no
 * other way.
 */
export function createTransport(settings: Settings): Transport {
  const options = { url: `${settings.url}/trpc`, transformer, fetch: readingFetch(settings) };
  const alone = httpLink<AppRouter>({
    ...options,
    headers: ({ op }) => headersOf(settings, [op]),
  })({});
  const together = httpBatchLink<AppRouter>({
    ...options,
    maxItems,
    maxURLLength,
    headers: ({ opList }) => headersOf(settings, opList),
  })({});
  let lastId = 0;
  return async ({ path, kind: type, input, idempotencyKey, options: given, signal }) => {
    const call: CallContext = { idempotencyKey, options: given, signal };
    const operation = { id: (lastId += 1), type, path, input, signal, context: { call } };
    const isOwn = given.headers !== undefined || given.onResponse !== undefined;
    const link = isOwn || goesAlone(operation) ? alone : together;
    try {
      return { ok: true, value: await answerOf(link, operation) };
    } catch (thrown) {
      return { ...failureOf(settings, thrown), token: call.token };
    }
  };
}

type Link = ReturnType<TRPCLink<AppRouter>>;

/** What a link that sends makes of a call. Nothing comes behind it. */
function answerOf(link: Link, op: Operation): Promise<unknown> {
  return new Promise((resolve, reject) => {
    link({ op, next: reject as never }).subscribe({
      next: ({ result }) => resolve('data' in result ? result.data : undefined),
      error: reject,
    });
  });
}

/** A query that is too long for any company goes alone, too. */
function goesAlone({ type, path, input }: Operation): boolean {
  const isLong = () => encodeURIComponent(encode(input as object)).length > maxURLLength - 200;
  return type === 'mutation' || path.startsWith('auth.') || isLong();
}

async function headersOf(
  settings: Settings,
  operations: readonly Operation[],
): Promise<RequestHeaders> {
  const token = operations.some(({ path }) => signInPaths.has(path))
    ? undefined
    : await tokenOf(settings);
  const calls = operations.map(({ context }) => context['call'] as CallContext);
  for (const call of calls) {
    call.token = token;
  }
  const [first] = calls;
  const key = first?.idempotencyKey;
  return {
    ...withUserAgent({ ...settings.headers, ...first?.options.headers }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
    [callsOf]: calls,
  };
}

async function tokenOf(settings: Settings): Promise<string | undefined> {
  try {
    return await settings.token();
  } catch (cause) {
    throw new NoToken('The token function failed.', { cause });
  }
}

/**
 * The `fetch` of the settings, which leaves out the calls that were given up while their batch was
 * gathered and the token was asked for, tells the log of each request, and reads what it brings: an
 * answer that is not tRPC's own is written as the failure that it means, for each of the calls.
 */
function readingFetch(settings: Settings) {
  return async (address: unknown, init?: object): Promise<Response> => {
    const { headers: given, ...request } = init as RequestInit & { headers: RequestHeaders };
    const { [callsOf]: calls, ...headers } = given;
    const places = [...calls.keys()].filter((place) => calls[place]?.signal.aborted === false);
    if (places.length === 0) {
      throw new Error('All calls were aborted.');
    }
    const { url, paths, isBatch } = readAddress(String(address), places);
    const startedAt = Date.now();
    settings.log({ event: 'request', method: request.method ?? 'GET', paths });
    const response = await settings.fetch(url, { ...request, headers });
    const text = await response.text();
    const durationMs = Date.now() - startedAt;
    settings.log({ event: 'response', paths, status: response.status, durationMs });
    const { status, headers: answered, ok } = response;
    const head = readHead(response);
    calls[0]?.options.onResponse?.({ status, headers: answered, requestId: head.requestId, text });
    const answers = wellFormed(head, text, places.length);
    // For a call that was given up any answer will do: nobody waits for it.
    const inPlace = calls.map((_, place) => answers[places.indexOf(place)] ?? answers[0]);
    const json = () => Promise.resolve(isBatch ? inPlace : answers[0]);
    return { status, headers: answered, ok, json } as unknown as Response;
  };
}

/**
 * What a link has written, `…/trpc/a,b?batch=1&input=…`, with these of its calls. By hand: the
 * `URL` of React Native can neither be read nor changed.
 */
function readAddress(address: string, places: readonly number[]) {
  const [start = '', query = ''] = address.split('?');
  const base = start.slice(0, start.lastIndexOf('/') + 1);
  const all = start.slice(base.length).split(',');
  const paths = places.map((place) => all[place] ?? '');
  const isBatch = query.startsWith('batch=1');
  if (paths.length === all.length) {
    return { url: address, paths, isBatch };
  }
  const written = decodeURIComponent(query.replace(/^.*input=/, ''));
  const inputs = JSON.parse(written) as Record<number, unknown>;
  const kept = Object.fromEntries(places.map((place, index) => [index, inputs[place]]));
  const input = encodeURIComponent(JSON.stringify(kept));
  return { url: `${base}${paths.join(',')}?batch=1&input=${input}`, paths, isBatch };
}

/** What tRPC throws, in our terms. */
function failureOf(settings: Settings, thrown: unknown): Failed {
  const { cause, meta, shape } = thrown as TRPCClientError<AppRouter>;
  const noToken = [thrown, cause].find((each) => each instanceof NoToken);
  if (noToken) {
    return clientFailure('ABORTED', noToken.message, { details: {}, cause: noToken.cause });
  }
  const { response } = (meta ?? {}) as { response?: Response };
  if (!response) {
    return unreachable(settings, cause ?? thrown);
  }
  return readFailure(readHead(response), shape);
}
