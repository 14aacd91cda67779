import { appRouter, NotFoundError, procedureInfos, RequestError, toAppError } from '@matinee/api';
import type { Access, App, AppError, RequestContext } from '@matinee/api';
import { callTRPCProcedure } from '@trpc/server';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import type { NodeHTTPResponse } from '@trpc/server/adapters/node-http';
import compression from 'compression';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import pLimit from 'p-limit';
import { jsonBody } from '../body.ts';
import { compose } from '../compose.ts';
import { nearest } from '../nearest.ts';
import { contextOf, failureHeaders, setNotedHeaders } from '../request.ts';
import { hasSecret } from '../secret-answers.ts';
import { oncePer, sendOwn, sendShared, sharedJson } from '../shared-answer.ts';
import {
  assertCalls,
  callsAtATime,
  callsOf,
  isBatched,
  isCall,
  keepQuery,
  largestResponse,
  mostQueries,
  namesOf,
} from './calls.ts';
import type { Calls } from './calls.ts';
import { serveEvents } from './events.ts';
import { failureWire } from './failure-wire.ts';

const procedureNames = [...procedureInfos.keys()].map((meant) => {
  return { name: meant.toLowerCase(), meant };
});
const { transformer } = appRouter._def._config;

/**
 * The tRPC surface at `/trpc`. Queries and mutations are answered here, on tRPC's wire: its stock
 * adapter builds a `Request` and a stream for each, which costs more than the call. So are
 * subscriptions. Streamed batches go through the adapter.
 */
export function trpcSurface(app: App): RequestHandler {
  const serve = compose(prepare, jsonBody(app, accessOf), (req, res) => respond(app, req, res));
  return (req, res, next) => {
    if (isCall(req)) {
      serve(req, res, (thrown: unknown) => refuse(app, toAppError(thrown), { req, res }));
    } else {
      next();
    }
  };
}

function prepare(req: Request, _res: Response, next: NextFunction): void {
  keepQuery(req);
  assertCalls(req);
  next();
}

async function respond(app: App, req: Request, res: Response): Promise<void> {
  if (isSubscription(req)) {
    const ctx = contextOf(app, req, 'trpc');
    // Before the stream begins: whoever is refused gets a status.
    const leave = app.viewers.enter(ctx.remoteAddress);
    await serveEvents(req, { res, ctx }).finally(leave);
  } else {
    await (isStreamed(req) ? adapt(app, req, res) : answer(app, req, res));
  }
}

/** The result of one call: a text of tRPC's wire, and its status. */
interface Result {
  wire: string;
  status: number;
  failure?: AppError;
  /** The value behind the text, when other responses share it. */
  shared?: object | undefined;
}

async function answer(app: App, req: Request, res: Response): Promise<void> {
  const ctx = contextOf(app, req, 'trpc');
  const calls = callsOf(req);
  const results = await answerAll(calls, { ctx, method: req.method });
  for (const { failure } of results) {
    if (failure) {
      const allow = req.method === 'POST' ? 'GET' : 'POST';
      res.set(failure.status === 405 ? { Allow: allow } : failureHeaders(failure));
    }
  }
  setNotedHeaders(res, ctx.notes);
  const statuses = new Set(results.map(({ status }) => status));
  const [status = 200] = statuses;
  res.statusCode = statuses.size > 1 ? 207 : status;
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Type', 'application/json');
  const [{ wire, shared } = { wire: '' }] = results;
  if (shared && results.length === 1) {
    const [name, body] = calls.batched ? ['trpc, batched', `[${wire}]`] : ['trpc', wire];
    await sendShared(req, res, { of: shared, name, body });
    return;
  }
  const body = calls.batched ? `[${results.map((each) => each.wire).join(',')}]` : wire;
  await sendOwn(req, res, { body, hasSecret: calls.names.some(hasSecret) });
}

/** The results in the order of the calls, of which a few run at a time. */
async function answerAll(
  calls: Calls,
  { ctx, method }: { ctx: RequestContext; method: string },
): Promise<Result[]> {
  let written = 0;
  const one = async (index: number): Promise<Result> => {
    const result = await call(calls, { index, ctx, method, isTooMuch: written > largestResponse });
    written += result.wire.length;
    return result;
  };
  if (calls.names.length === 1) {
    return [await one(0)];
  }
  const takeTurns = pLimit(callsAtATime);
  return Promise.all(calls.names.map((_name, index) => takeTurns(() => one(index))));
}

interface OneCall {
  index: number;
  ctx: RequestContext;
  method: string;
  /** The results before it fill the response. */
  isTooMuch: boolean;
}

const tooMuch =
  'The responses of this batch are too large together. Make this call in its own request.';

async function call(calls: Calls, { index, ctx, method, isTooMuch }: OneCall): Promise<Result> {
  const path = calls.names[index] ?? '';
  const type = method === 'POST' ? 'mutation' : 'query';
  try {
    if (isTooMuch) {
      throw new RequestError('PAYLOAD_TOO_LARGE', tooMuch);
    }
    assertKind(path, type);
    const data: unknown = await callTRPCProcedure({
      router: appRouter,
      path,
      type,
      ctx,
      // Read inside the ladder, below the token and the role: that is the order of refusals.
      getRawInput: async () => {
        const sent = calls.inputOf(index);
        return sent === undefined ? undefined : transformer.input.deserialize(sent);
      },
      signal: undefined,
      batchIndex: index,
    });
    const shared = procedureInfos.get(path)?.meta.shared ? (data as object) : undefined;
    return { wire: wireOf(data, shared), status: 200, shared };
  } catch (error) {
    const failure = toAppError(error);
    ctx.notes.failure ??= failure.code;
    return {
      wire: `{"error":${failureWire(failure, path, ctx)}}`,
      status: failure.status,
      failure,
    };
  }
}

/** Of several calls, the access of the one that most may make. */
function accessOf(req: Request): Access {
  const all = namesOf(req).map((name) => procedureInfos.get(name)?.meta.access ?? 'public');
  return (
    (['credentials', 'public', 'user', 'account', 'staff'] as const).find((each) =>
      all.includes(each),
    ) ?? 'admin'
  );
}

/** A procedure of the other kind exists, and does not support this method. */
function assertKind(path: string, type: 'query' | 'mutation'): void {
  const procedure = procedureInfos.get(path);
  if (!procedure) {
    const near = nearest(path.toLowerCase(), procedureNames);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    throw new NotFoundError(`No procedure ${path.slice(0, 100)}.${hint}`);
  }
  if (procedure.type !== type) {
    throw new RequestError('METHOD_NOT_ALLOWED');
  }
}

/** A shared answer is the same text for all its readers. */
function wireOf(data: unknown, shared: object | undefined): string {
  if (!shared) {
    return `{"result":{"data":${JSON.stringify(transformer.output.serialize(data))}}}`;
  }
  return oncePer(shared, 'wire', () => {
    const { meta } = transformer.output.serialize(data) as { meta?: unknown };
    // A programme without a show has no dates, and so nothing to note.
    const noted = meta === undefined ? '' : `,"meta":${JSON.stringify(meta)}`;
    return `{"result":{"data":{"json":${sharedJson(shared).json}${noted}}}}`;
  });
}

/** A failure before the calls: the same for each of them. */
function refuse(app: App, failure: AppError, { req, res }: { req: Request; res: Response }): void {
  if (failure.status >= 500 && failure.cause !== undefined) {
    app.log.error(
      { err: failure.cause, requestId: req.requestId },
      'The request could not be read',
    );
  }
  const ctx = contextOf(app, req, 'trpc');
  const wires = namesOf(req).map((path) => `{"error":${failureWire(failure, path, ctx)}}`);
  const body = isBatched(req) ? `[${wires.join(',')}]` : wires[0];
  req.notes.failure ??= failure.code;
  res.status(failure.status).set(failureHeaders(failure)).type('json');
  res.set('Cache-Control', 'no-store');
  res.set(failure.status === 405 ? { Allow: 'GET, POST' } : {}).send(body);
}

/** One subscription, as an `EventSource` asks for it. */
function isSubscription(req: Request): boolean {
  const [name = ''] = namesOf(req);
  const isPlain = !isBatched(req) && req.headers['trpc-accept'] === undefined;
  return req.method === 'GET' && isPlain && procedureInfos.get(name)?.type === 'subscription';
}

/** Only for names that exist: the adapter would decode others once more, into a batch. */
function isStreamed(req: Request): boolean {
  const names = namesOf(req);
  const accept = req.headers.accept ?? '';
  const wanted =
    req.headers['trpc-accept'] !== undefined ||
    accept.includes('text/event-stream') ||
    names.some((name) => procedureInfos.get(name)?.type === 'subscription');
  return wanted && names.every((name) => procedureInfos.has(name));
}

/** Compresses a streamed batch, whose results are sent as they come; never events, which must not be held back. */
const compressStream = compression({
  threshold: 2_048,
  filter: (_req, res) => !/event-stream/.test(String(res.getHeader('content-type'))),
});

async function adapt(app: App, req: Request, res: Response): Promise<void> {
  if (!namesOf(req).some(hasSecret)) {
    await new Promise<void>((resolve) => void compressStream(req, res, () => resolve()));
  }
  // The adapter takes a body as text.
  req.body = req.body === undefined ? undefined : JSON.stringify(req.body);
  const setHeader = res.setHeader.bind(res);
  // Its refusals before the stream are JSON without a type, which becomes text/plain on the way.
  res.setHeader = (name, value) =>
    setHeader(name, String(value).startsWith('text/plain') ? 'application/json' : value);
  return nodeHTTPRequestHandler({
    req,
    res: res as unknown as NodeHTTPResponse,
    path: namesOf(req).join(','),
    router: appRouter,
    maxBatchSize: mostQueries,
    allowMethodOverride: false,
    createContext: () =>
      ({ ...contextOf(app, req, 'trpc'), takeTurns: pLimit(callsAtATime) }) as never,
    responseMeta: ({ errors }) => ({
      headers: {
        'Cache-Control': 'no-store',
        ...Object.assign({}, ...errors.map((error) => failureHeaders(toAppError(error)))),
      },
    }),
  } as Parameters<typeof nodeHTTPRequestHandler>[0]);
}
