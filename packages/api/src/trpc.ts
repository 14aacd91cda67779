import { setTimeout as delay } from 'node:timers/promises';
import { initTRPC } from '@trpc/server';
import type { TRPC_ERROR_CODE_KEY, TRPC_ERROR_CODE_NUMBER } from '@trpc/server';
import { appOf } from './app.ts';
import { authenticate } from './auth/session.ts';
import type { RequestContext } from './context.ts';
import { isRetryable } from './db/constraints.ts';
import { AuthenticationError, ForbiddenError } from './errors.ts';
import type { DetailsOf, ErrorCode } from './errors.ts';
import { toAppError, toTrpcError } from './funnel.ts';
import { wordFindings } from './issues.ts';
import type { Meta } from './meta.ts';
import { serviceContext } from './service-context.ts';
import { transformer } from './transformer.ts';

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

wordFindings();

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

/** How often a call is repeated, with full jitter between: deadlock, serialization failure. */
const retries = 3;
const retryDelayMs = 40;

/**
 * The bottom of the ladder: a unit of work per call (never per request, or the calls of a batch
 * would share it), one way out for every failure, and the repetition of what the database asks to
 * repeat. A call that wrote a fact wakes the outbox worker.
 */
const funnelled = t.procedure.use(async ({ ctx, next, path }) => {
  const app = appOf(ctx.app);
  for (let attempt = 0; ; attempt += 1) {
    const service = serviceContext(app, ctx);
    const result = await next({ ctx: service });
    if (result.ok) {
      if (service.facts.written) {
        app.outbox.wake();
      }
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

/** `auth.login` and `auth.register`: any token is ignored, and every call counts. */
export const authProcedure = funnelled
  .meta({ access: 'credentials' })
  .use(async ({ ctx, next }) => {
    await ctx.app.rateLimits.countCall(ctx.remoteAddress);
    return next();
  });

/** Anyone may call it. Without a token the caller is anonymous; a bad token is refused here too. */
export const publicProcedure = funnelled.meta({ access: 'public' }).use(async ({ ctx, next }) => {
  const { authorization } = ctx;
  const caller = authorization === undefined ? undefined : await authenticate(ctx, authorization);
  return next({ ctx: { caller } });
});

/** Needs a valid token. */
export const userProcedure = publicProcedure.meta({ access: 'user' }).use(({ ctx, next }) => {
  const { caller } = ctx;
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
