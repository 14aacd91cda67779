import type { AppRouter } from '@matinee/api';
import {
  createTRPCUntypedClient,
  httpBatchLink,
  httpLink,
  type Operation,
  splitLink,
  type TRPCClientError,
} from '@trpc/client';
import {
  clientFailure,
  type Failed,
  type Outcome,
  readFailure,
  readHead,
  wellFormed,
} from './answer.ts';
import { isAboutToken, signInPaths } from './http.ts';
import type { Settings } from './settings.ts';
import { encode, transformer } from './wire.ts';

/** One attempt of one call. */
export interface Attempt {
  readonly path: string;
  readonly kind: 'query' | 'mutation';
  readonly input: object;
  readonly idempotencyKey: string | undefined;
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
  /** The token it was sent with. */
  token?: string | undefined;
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
  const client = createTRPCUntypedClient<AppRouter>({
    links: [
      splitLink({
        condition: goesAlone,
        true: httpLink({ ...options, headers: ({ op }) => headersOf(settings, [op]) }),
        false: httpBatchLink({
          ...options,
          maxItems,
          maxURLLength,
          headers: ({ opList }) => headersOf(settings, opList),
        }),
      }),
    ],
  });
  return async ({ path, kind, input, idempotencyKey, signal }) => {
    const context: CallContext = { idempotencyKey };
    try {
      const value = await client[kind](path, input, { signal, context: { call: context } });
      return { ok: true, value };
    } catch (thrown) {
      const failed = failureOf(thrown);
      if (isAboutToken(failed.error)) {
        settings.onUnauthorized(failed.error, context.token);
      }
      return failed;
    }
  };
}

/** A query that is too long for any company goes alone, too. */
function goesAlone({ type, path, input }: Operation): boolean {
  const isLong = () => encodeURIComponent(encode(input as object)).length > maxURLLength - 200;
  return type === 'mutation' || path.startsWith('auth.') || isLong();
}

async function headersOf(
  settings: Settings,
  operations: readonly Operation[],
): Promise<Record<string, string>> {
  const token = operations.some(({ path }) => signInPaths.has(path))
    ? undefined
    : await tokenOf(settings);
  const calls = operations.map(({ context }) => context['call'] as CallContext);
  for (const call of calls) {
    call.token = token;
  }
  const [key] = calls.map(({ idempotencyKey }) => idempotencyKey);
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  };
}

async function tokenOf(settings: Settings): Promise<string | undefined> {
  try {
    return await settings.token();
  } catch (cause) {
    throw new NoToken('The function that gives the token failed.', { cause });
  }
}

/**
 * The `fetch` of the settings, which tells the log of each request, and reads what it brings: an
 * answer that is not tRPC's own is written as the failure that it means, for each of the calls.
 */
function readingFetch(settings: Settings) {
  return async (input: unknown, init?: object): Promise<Response> => {
    const url = String(input);
    const { method = 'GET' } = init as { method?: string };
    const { pathname, searchParams } = new URL(url);
    const paths = pathname.replace(/^.*\/trpc\//, '').split(',');
    const startedAt = Date.now();
    settings.log({ event: 'request', method, paths });
    const response = await settings.fetch(url, init as RequestInit);
    const text = await response.text();
    const durationMs = Date.now() - startedAt;
    settings.log({ event: 'response', paths, status: response.status, durationMs });
    const { status, headers, ok } = response;
    const answers = wellFormed(readHead(response), text, paths.length);
    const json = searchParams.has('batch') ? answers : answers[0];
    return { status, headers, ok, json: () => Promise.resolve(json) } as unknown as Response;
  };
}

/** What tRPC throws, in our terms. */
function failureOf(thrown: unknown): Failed {
  const { cause, meta, shape } = thrown as TRPCClientError<AppRouter>;
  const noToken = [thrown, cause].find((each) => each instanceof NoToken);
  if (noToken) {
    return clientFailure('ABORTED', noToken.message, { details: {}, cause: noToken.cause });
  }
  const { response } = (meta ?? {}) as { response?: Response };
  if (!response) {
    const message = 'The server cannot be reached.';
    return clientFailure('NETWORK_ERROR', message, { details: {}, cause: cause ?? thrown });
  }
  return readFailure(readHead(response), shape);
}
