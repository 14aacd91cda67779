import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { initTRPC } from '@trpc/server';
import type { TRPC_ERROR_CODE_KEY, TRPC_ERROR_CODE_NUMBER } from '@trpc/server';
import type { App } from './app.ts';
import { authenticate } from './auth/session.ts';
import type { Caller } from './auth/session.ts';
import type { RequestContext } from './context.ts';
import { isRetryable } from './db/constraints.ts';
import type { Database } from './db/query.ts';
import { AuthenticationError, ForbiddenError } from './errors.ts';
import type { DetailsOf, ErrorCode } from './errors.ts';
import { toAppError, toTrpcError } from './funnel.ts';
import { runIdempotently } from './idempotency.ts';
import type { Meta } from './meta.ts';
import { transformer } from './transformer.ts';

/** What a service works with: the request, the product, and a unit of work of its own. */
export interface ServiceContext extends Database {
  readonly app: App;
  readonly em: EntityManager;
  readonly requestId: string;
  readonly remoteAddress: string;
  readonly caller: Caller | undefined;
  /** Set when the request carries a key and the procedure keeps it in its own statement. */
  readonly idempotency: { key: string; fingerprint: string } | undefined;
}

/** The same for procedures that need a signed-in user. */
export interface UserContext extends ServiceContext {
  readonly caller: Caller;
}

/** A failure as tRPC carries it. Named, or declarations write it out for every procedure. */
export interface FailureShape {
  message: string;
  code: TRPC_ERROR_CODE_NUMBER;
  data: {
    code: TRPC_ERROR_CODE_KEY;
    httpStatus: number;
    path: string | null;
    appCode: ErrorCode;
    details: DetailsOf<ErrorCode>;
    requestId: string | null;
  };
}

const t = initTRPC
  .context<RequestContext>()
  .meta<Meta>()
  .create({
    transformer,
    isDev: false,
    sse: {
      ping: { enabled: true, intervalMs: 15_000 },
      client: { reconnectAfterInactivityMs: 40_000 },
    },
    errorFormatter: ({ shape, error, path, ctx }): FailureShape => {
      const failure = toAppError(error);
      return {
        message: failure.message,
        code: shape.code,
        data: {
          code: toTrpcError(failure).code,
          httpStatus: failure.status,
          path: path ?? null,
          appCode: failure.code,
          details: failure.details,
          requestId: ctx?.requestId ?? null,
        },
      };
    },
  });

export const { router, createCallerFactory } = t;

/** First runs, then up to three more, with full jitter between: deadlock, serialization failure. */
const retries = 3;
const retryDelayMs = 40;

/**
 * The bottom of the ladder: a unit of work per call (never per request, the calls of a batch would
 * share it), the way out for every failure, and the repetition of what the database asks to repeat.
 */
const funnel = t.middleware(async ({ ctx, next, path }) => {
  const app = ctx.app as App;
  for (let attempt = 0; ; attempt += 1) {
    const em = app.orm.em.fork();
    const result = await next({ ctx: { ...serviceContext(ctx, app), em } });
    if (result.ok) {
      return result;
    }
    if (attempt < retries && isRetryable(result.error)) {
      await delay(Math.random() * retryDelayMs * 2 ** attempt);
      continue;
    }
    const failure = toAppError(result.error);
    if (failure.status >= 500) {
      const fields = { err: failure.cause ?? failure, requestId: ctx.requestId, procedure: path };
      app.log.error(fields, `${path} failed: ${failure.code}`);
    }
    throw toTrpcError(failure);
  }
});

function serviceContext(ctx: RequestContext, app: App): ServiceContext {
  return {
    app,
    em: app.orm.em,
    pool: app.pool,
    requestId: ctx.requestId,
    remoteAddress: ctx.remoteAddress,
    caller: undefined,
    idempotency: undefined,
  };
}

/** Who calls, if a token says so. Without one: anonymous. A bad one is refused here too. */
const identify = t.middleware(async ({ ctx, next }) => {
  if (ctx.authorization === undefined) {
    return next();
  }
  const service = ctx as typeof ctx & ServiceContext;
  return next({ ctx: { caller: await authenticate(service, ctx.authorization) } });
});

/**
 * Makes a mutation repeatable under the caller's `Idempotency-Key`. Stands after `input`, because
 * what is compared is the parsed input.
 */
export const idempotent = t.middleware(async (options) => {
  const service = options.ctx as typeof options.ctx & ServiceContext;
  return runIdempotently(options, service);
});

/** `auth.login` and `auth.register`: whatever token comes along is ignored, every call counts. */
export const authProcedure = t.procedure
  .meta({ access: 'credentials' })
  .use(funnel)
  .use(async ({ ctx, next }) => {
    await ctx.app.rateLimits.countCall(ctx.remoteAddress);
    return next();
  });

/** Anyone may call it. */
export const publicProcedure = t.procedure.meta({ access: 'public' }).use(funnel).use(identify);

/** Needs a valid token. */
export const userProcedure = publicProcedure.meta({ access: 'user' }).use(({ ctx, next }) => {
  const { caller } = ctx as typeof ctx & ServiceContext;
  if (!caller) {
    throw new AuthenticationError('AUTHENTICATION_REQUIRED');
  }
  return next({ ctx: { caller } });
});

/** Needs the role `admin`, as the user's row has it now. */
export const adminProcedure = userProcedure.meta({ access: 'admin' }).use(({ ctx, next }) => {
  if (ctx.caller.role !== 'admin') {
    throw new ForbiddenError();
  }
  return next();
});
