import { initTRPC, tracked, TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import superjson from 'superjson';
import type { Fetch } from '../src/settings.ts';

/** One request as it arrived. */
export interface Arrived {
  readonly method: string;
  /** The procedures, as the address names them. */
  readonly paths: string[];
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** What happens to a request instead of being served. */
export type Fault = (request: Arrived) => Response | Promise<Response>;

/** A refusal as the API makes it. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: object;

  constructor(code: string, status: number, details: object = {}) {
    super(code);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

const trpcCodes: Record<number, TRPCError['code']> = {
  401: 'UNAUTHORIZED',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  429: 'TOO_MANY_REQUESTS',
  503: 'SERVICE_UNAVAILABLE',
};

const t = initTRPC.context<{ headers: Headers }>().create({
  transformer: superjson,
  isDev: false,
  sse: { ping: { enabled: true, intervalMs: 500 }, client: { reconnectAfterInactivityMs: 2_000 } },
  errorFormatter: ({ shape, error, path }) => {
    const { code, status, details } =
      error.cause instanceof Refusal ? error.cause : new Refusal('INTERNAL_ERROR', 500);
    const data = { appCode: code, httpStatus: status, details, requestId: 'req-1', path };
    return { ...shape, data: { ...shape.data, ...data } };
  },
});

/** Any input is taken: what is tested here is what arrives. */
const anything = t.procedure.input((input: unknown) => input as Record<string, unknown>);

type Handler = (input: never, headers: Headers) => unknown;
type Handlers = Record<string, Handler>;

/**
 * tRPC itself, without a socket: the client is tested against the real protocol. `handlers` are
 * procedures by path; a path that ends in `!` is a mutation, one that ends in `~` a subscription.
 */
export function smallServer(handlers: Handlers) {
  const router = t.router(recordOf(handlers) as never);
  const requests: Arrived[] = [];
  const faults: Fault[] = [];
  const fetch: Fetch = async (address, init) => {
    const url = new URL(address);
    const request = new Request(url, init);
    const arrived = {
      method: request.method,
      paths: decodeURIComponent(url.pathname.replace(/^.*\/trpc\//, '')).split(','),
      url,
      headers: request.headers,
      body: await request.clone().text(),
      // The caller's own: that of a `Request` is lost with it when garbage is collected.
      signal: init?.signal ?? request.signal,
    };
    requests.push(arrived);
    const fault = faults.shift();
    return fault
      ? fault(arrived)
      : fetchRequestHandler({
          endpoint: '/trpc',
          req: request,
          router,
          maxBatchSize: 10,
          createContext: () => ({ headers: request.headers }) as never,
        });
  };
  return { fetch, requests, faults };
}

/** What a mutation or query throws to refuse. */
export function refuse(code: string, status: number, details: object = {}): never {
  throw new TRPCError({
    code: trpcCodes[status] ?? 'INTERNAL_SERVER_ERROR',
    cause: new Refusal(code, status, details),
  });
}

/** A fault: an answer of something between the client and the server. */
export function answer(
  status: number,
  body = '<html>no</html>',
  headers: Record<string, string> = {},
): Fault {
  return () => new Response(body, { status, headers });
}

/** A fault: the line is cut. */
export const cut: Fault = () => {
  throw new TypeError('fetch failed');
};

/** A fault: no answer ever comes, until the client hangs up. */
export const silence: Fault = ({ signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')));
  });

function recordOf(handlers: Handlers): object {
  const root: Record<string, unknown> = {};
  for (const [path, handler] of Object.entries(handlers)) {
    const names = path.replace(/[!~]$/, '').split('.');
    const last = names.pop() ?? '';
    let record = root;
    for (const name of names) {
      record = (record[name] ??= {}) as Record<string, unknown>;
    }
    record[last] = procedureOf(path, handler);
  }
  return root;
}

function procedureOf(path: string, handler: Handler): unknown {
  const run = ({ input, ctx }: { input: unknown; ctx: { headers: Headers } }) =>
    handler(input as never, ctx.headers);
  if (path.endsWith('~')) {
    return anything.subscription(async function* ({ input }) {
      for await (const event of handler(input as never, new Headers()) as AsyncIterable<Told>) {
        yield tracked(event.version, event);
      }
    });
  }
  return path.endsWith('!') ? anything.mutation(run) : anything.query(run);
}

interface Told {
  version: string;
}
