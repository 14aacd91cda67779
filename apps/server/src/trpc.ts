import { type App, appRouter, toAppError, toTrpcError, ValidationError } from '@matinee/api';
import { type TRPCError, getTRPCErrorShape } from '@trpc/server';
import { type NodeHTTPResponse, nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { type NextFunction, type Request, type Response, Router } from 'express';
import { readJson } from './body.ts';
import { contextOf, failureHeaders } from './request.ts';

/** Calls in one request; more is a way around every limit that counts requests. */
const largestBatch = 10;

/** The tRPC surface at `/trpc`. */
export function trpcSurface(app: App): Router {
  const router = Router();
  router.use(assertCalls, readJson, async (req, res) => {
    const calls = callsOf(req);
    // The adapter takes a body that has been read as text.
    req.body = req.body === undefined ? undefined : JSON.stringify(req.body);
    await nodeHTTPRequestHandler({
      req,
      res: res as unknown as NodeHTTPResponse,
      path: calls.join(','),
      router: appRouter,
      maxBatchSize: largestBatch,
      allowMethodOverride: false,
      createContext: () => contextOf(app, req) as never,
      responseMeta: ({ ctx, errors }) => ({
        headers: {
          'Cache-Control': 'no-store',
          ...errors.reduce((all, error) => ({ ...all, ...headersOf(error, req) }), {}),
          ...(ctx?.notes.idempotencyReplayed ? { 'Idempotency-Replayed': 'true' } : {}),
        },
      }),
    } as Parameters<typeof nodeHTTPRequestHandler>[0]);
  });
  // oxlint-disable-next-line max-params -- what Express tells an error handler by
  router.use((thrown: unknown, req: Request, res: Response, _next: NextFunction) => {
    refuse(app, thrown, { req, res });
  });
  return router;
}

/** What holds for a request as a whole, before any of its calls is looked at. */
function assertCalls(req: Request, _res: Response, next: NextFunction): void {
  const calls = callsOf(req);
  const problem = problemOf(req, calls);
  next(problem === undefined ? undefined : new ValidationError([], { message: problem }));
}

function problemOf(req: Request, calls: string[]): string | undefined {
  if (calls.length > largestBatch) {
    return `A batch has at most ${largestBatch} calls.`;
  }
  if (calls.length > 1 && calls.some((call) => call.startsWith('auth.'))) {
    return 'Calls of auth.* go alone in a request.';
  }
  const keyed = req.get('idempotency-key') !== undefined && req.method === 'POST';
  if (keyed && calls.length > 1) {
    return 'A batch with an Idempotency-Key has at most one mutation.';
  }
  return undefined;
}

function callsOf(req: Request): string[] {
  const path = req.path.replace(/^\//, '');
  return req.query.batch === undefined ? [path] : path.split(',');
}

function headersOf(error: TRPCError, req: Request): Record<string, string> {
  const failure = toAppError(error);
  const allow = req.method === 'GET' ? 'POST' : 'GET';
  return failure.status === 405 ? { Allow: allow } : failureHeaders(failure);
}

/** A failure before the calls: in tRPC's shape, for each of them. */
function refuse(app: App, thrown: unknown, { req, res }: { req: Request; res: Response }): void {
  const failure = toAppError(thrown);
  if (failure.status >= 500) {
    app.log.error({ err: thrown, requestId: req.requestId }, 'The request could not be read');
  }
  const calls = callsOf(req);
  const ctx = contextOf(app, req);
  const results = calls.map((path) => {
    const shape = getTRPCErrorShape({
      config: appRouter._def._config,
      error: toTrpcError(failure),
      type: 'unknown',
      path,
      input: undefined,
      ctx,
    });
    return { error: { json: shape } };
  });
  const batched = req.query.batch !== undefined;
  res.status(failure.status).set(failureHeaders(failure)).json(batched ? results : results[0]);
}
