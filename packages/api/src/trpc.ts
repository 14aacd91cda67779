import { setTimeout as delay } from 'node:timers/promises';
import { initTRPC } from '@trpc/server';
import type { TRPC_ERROR_CODE_KEY, TRPC_ERROR_CODE_NUMBER, TRPCError } from '@trpc/server';
import { appOf } from './app.ts';
import type { App } from './app.ts';
import { identify, identifyUser, isApiKey, keyIn } from './auth/api-key.ts';
import type { Actor, SentCall } from './auth/api-key.ts';
import { sitesWith } from './auth/rights.ts';
import type { Right } from './auth/rights.ts';
import { authenticate, claimantOf } from './auth/session.ts';
import type { Claimant } from './auth/session.ts';
import type { RequestContext } from './context.ts';
import { isRetryable } from './db/constraints.ts';
import { AuthenticationError, ForbiddenError } from './errors.ts';
import type { DetailsOf, ErrorCode } from './errors.ts';
import { toAppError, toTrpcError } from './funnel.ts';
import { wordFindings } from './issues.ts';
import type { Access, Meta } from './meta.ts';
import { serviceContext } from './service-context.ts';
import type { ServiceContext } from './service-context.ts';
import { inSpan } from './tracing.ts';
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
 * The ladder below the input, in one rung: who calls, a unit of work per call (never per request,
 * or the calls of a batch would share it), one way for every failure to leave, and the repetition
 * of what the database asks to repeat. A call that wrote a fact wakes the outbox worker.
 *
 * @param admit says once per call who the caller is, or refuses the call
 */
function ladder<Admitted extends { caller?: Actor | Claimant; session?: { isChecked: boolean } }>(
  access: Access,
  admit: (app: App, request: RequestContext, path: string) => Promise<Admitted>,
) {
  return t.procedure.meta({ access }).use(({ ctx: request, next, path, type }) => {
    const app = appOf(request.app);
    const call = { app, request, procedure: path };
    const climb = async () => {
      const admitted = await admit(app, request, path).catch((error: unknown) => {
        throw leaving(error, call);
      });
      const work = async () => {
        for (let attempt = 0; ; attempt += 1) {
          const ctx = { ...serviceContext(app, request), ...admitted };
          const result = await next({ ctx });
          if (result.ok) {
            if (admitted.session?.isChecked === false) {
              throw leaving(new Error('The session was not checked.'), call);
            }
            settle(call, ctx);
            if (type === 'mutation' && admitted.caller) {
              app.replicas.noteWrite(admitted.caller.id);
            }
            return result;
          }
          if (attempt === retries || !isRetryable(result.error)) {
            const error =
              admitted.session?.isChecked === false
                ? await refusalBefore(app, request, result.error)
                : result.error;
            throw leaving(error, call);
          }
          app.observer.repeated(path);
          await delay(Math.random() * retryDelayMs * 2 ** attempt);
        }
      };
      // Writes of one caller wait for the same rows, and would hold all connections while they do.
      return type === 'mutation' && admitted.caller
        ? app.callerTurns.run(admitted.caller.id, work)
        : work();
    };
    const measured = () => measure(call, climb);
    return request.takeTurns ? request.takeTurns(measured) : measured();
  });
}

/** A call on the ladder. */
interface Call {
  app: App;
  request: RequestContext;
  procedure: string;
}

/** Reports how long a call took, without the turns that it waited for. */
async function measure<Result>(
  { app, request, procedure }: Call,
  climb: () => Promise<Result>,
): Promise<Result> {
  const { notes, surface } = request;
  notes.procedure ??= procedure;
  const began = performance.now();
  try {
    const attributes = { 'matinee.procedure': procedure, 'matinee.surface': surface };
    return await inSpan(procedure, { attributes }, climb);
  } finally {
    app.observer.called({ procedure, surface, seconds: (performance.now() - began) / 1_000 });
  }
}

/** What follows from a call that has succeeded, whose transaction is committed. */
function settle({ app, request, procedure }: Call, { facts, changes }: ServiceContext): void {
  if (facts.written) {
    app.outbox.wake();
  }
  for (const change of changes) {
    app.observer.seatsChanged(change);
  }
  if (request.notes.idempotencyReplayed) {
    app.observer.replayed(procedure);
  }
}

/**
 * What a caller is told whose session was not checked, because the call failed before: that the
 * session is over, if it is. That refusal comes before all that are about the input.
 */
async function refusalBefore(
  app: App,
  { authorization = '' }: RequestContext,
  failure: unknown,
): Promise<unknown> {
  if (toAppError(failure).status >= 500) {
    return failure;
  }
  return authenticate(app, authorization).then(
    () => failure,
    (refusal: unknown) => refusal,
  );
}

/** A failure as it leaves the product; the cause of a 5xx goes to the log. */
function leaving(error: unknown, { app, request, procedure }: Call): TRPCError {
  const failure = toAppError(error);
  request.notes.failure ??= failure.code;
  request.notes.isCounted = true;
  app.observer.refused(procedure, failure.code);
  app.refusals.note({ procedure, code: failure.code, request });
  if (failure.status >= 500) {
    const { requestId } = request;
    const fields = { err: failure.cause ?? failure, requestId, procedure };
    // A database that is away is one line of its watch, and not one for each call.
    const isKnown = failure.code === 'UNAVAILABLE' && app.database.isAway;
    app.log[isKnown ? 'debug' : 'error'](fields, `${procedure} failed: ${failure.code}`);
  }
  return toTrpcError(failure);
}

/** Procedures that open a session: any token is ignored, and every call counts. */
export const authProcedure = ladder('credentials', async (app, request) => {
  await app.rateLimits.countCall(request);
  return {};
});

/** Anyone may call it. Without a token the caller is anonymous; a bad token is refused here too. */
export const publicProcedure = ladder('public', async (app, request, path) =>
  request.authorization === undefined ? {} : { caller: await identify(app, sent(request, path)) },
);

/** Needs a valid token. Guests are admitted, API keys are not. */
export const userProcedure = ladder('user', async (app, request, path) => ({
  caller: await identifyUser(app, sent(request, path)),
}));

/**
 * The same for what users do with their own things and staff with those of their sites: an API key is
 * admitted as well when it has the right.
 */
export const ownOrStaffProcedure = (right: Right) =>
  ladder('user', async (app, request, path) => {
    const caller = await identify(app, sent(request, path));
    if (isApiKey(caller) && sitesWith(caller, right)?.length === 0) {
      throw new ForbiddenError();
    }
    return { caller };
  }).meta({ right });

/** Needs a valid token of an account; guests have none. */
export const accountProcedure = ladder('account', async (app, request, path) => {
  const caller = await identifyUser(app, sent(request, path));
  if (caller.role === 'guest') {
    throw new ForbiddenError();
  }
  return { caller };
});

/**
 * Needs a valid token, whose session the procedure's own statement checks: one round trip less.
 * Every such procedure says so in `ctx.session`; when it failed before, the ladder checks.
 */
export const claimantProcedure = ladder('user', async (app, request, path) => {
  const call = sent(request, path);
  if (keyIn(call.authorization) !== undefined) {
    await identifyUser(app, call);
  }
  const caller = claimantOf(app, call.authorization);
  if (app.config.secondFactorOfStaff && caller.wasStaff) {
    await identifyUser(app, call);
  }
  request.notes.userId = caller.id;
  return { caller, session: { isChecked: false } };
});

/** Needs the role `admin`, as the user's row has it now. */
export const adminProcedure = ladder('admin', async (app, request, path) => {
  const caller = await identifyUser(app, sent(request, path));
  if (caller.role !== 'admin') {
    throw new ForbiddenError();
  }
  return { caller };
});

/**
 * Needs a right at one site or more; administrators have it at all, API keys at their own. `ctx.sites` are
 * the sites, for lists; what is about one thing is wrapped in `atItsSite`.
 */
export const staffProcedure = (right: Right, { isForPersons }: Pick<Meta, 'isForPersons'> = {}) =>
  ladder('staff', async (app, request, path) => {
    const caller = await (isForPersons ? identifyUser : identify)(app, sent(request, path));
    const sites = sitesWith(caller, right);
    if (sites?.length === 0) {
      throw new ForbiddenError();
    }
    return { caller, sites };
  }).meta({ right, ...(isForPersons ? { isForPersons } : {}) });

/** What says who calls. @throws AuthenticationError without a token */
function sent({ authorization, notes }: RequestContext, path: string): SentCall {
  if (authorization === undefined) {
    throw new AuthenticationError('AUTHENTICATION_REQUIRED');
  }
  return { authorization, notes, path };
}
