import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import type { App, AppError, Log, RequestContext, ResponseNotes, Surface } from '@matinee/api';
import type { NextFunction, Request, Response } from 'express';

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- how Express' types are extended
  namespace Express {
    interface Request {
      /** Finds the request in the log; the client's own if it brought a usable one. */
      requestId: string;
      /** The client's, as the proxies in front report it. */
      address: string;
      /** Of its trace, when an SDK of OpenTelemetry records it. */
      traceId?: string;
      /** What is noted of its calls, for headers and the log. */
      notes: ResponseNotes;
    }
  }
}

/** Gives every request its id, and tells the log how it ended. */
export function identifyRequests(accessLog: Log) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const brought = req.get('x-request-id');
    req.requestId =
      brought !== undefined && /^[\x21-\x7e]{1,128}$/.test(brought) ? brought : randomUUID();
    req.address = addressOf(req);
    req.notes = { idempotencyReplayed: false };
    res.setHeader('X-Request-Id', req.requestId);
    const began = performance.now();
    res.on('close', () => {
      const fields = {
        requestId: req.requestId,
        method: req.method,
        // Without the query: it may carry what a person typed.
        path: req.originalUrl.split('?', 1)[0],
        status: res.writableFinished || res.headersSent ? res.statusCode : 499,
        ms: Math.round((performance.now() - began) * 10) / 10,
        address: req.address,
        procedure: req.notes.procedure,
        userId: req.notes.userId,
        apiKeyId: req.notes.apiKeyId,
        failure: req.notes.failure,
        traceId: req.traceId,
      };
      // Probes come every few seconds.
      const level = req.originalUrl.startsWith('/health/') ? 'debug' : 'info';
      accessLog[level](fields, 'request');
    });
    next();
  };
}

/** What a procedure may know of a request. */
export function contextOf(app: App, req: Request, surface: Surface = 'rest'): RequestContext {
  const { authorization, 'idempotency-key': key, 'user-agent': userAgent } = req.headers;
  return {
    app,
    authorization,
    idempotencyKey: Array.isArray(key) ? key.join(', ') : key,
    requestId: req.requestId,
    remoteAddress: req.address,
    userAgent,
    notes: req.notes,
    surface,
  };
}

/**
 * The client's address as the proxies in front report it; a report that is no IP address counts as
 * none, or a client could have as many addresses as it can invent.
 */
function addressOf({ ip = '', socket }: Request): string {
  return isIP(ip) === 0 ? (socket.remoteAddress ?? 'unknown') : ip;
}

/** The headers that belong to a failure, whichever surface it leaves by. */
export function failureHeaders(failure: AppError): Record<string, string> {
  const { retryAfterSeconds } = failure.details as { retryAfterSeconds?: number };
  if (failure.status === 401) {
    return { 'WWW-Authenticate': 'Bearer' };
  }
  if (failure.code === 'RATE_LIMITED') {
    return { 'Retry-After': String(retryAfterSeconds) };
  }
  if (failure.code === 'UNAVAILABLE' || failure.code === 'IDEMPOTENCY_CONFLICT') {
    return { 'Retry-After': '1' };
  }
  return {};
}

/** Sets the headers of what was noted of the calls of a request, whichever surface it leaves by. */
export function setNotedHeaders(res: Response, notes: ResponseNotes): void {
  const { idempotencyReplayed, limits } = notes;
  if (idempotencyReplayed) {
    res.setHeader('Idempotency-Replayed', 'true');
  }
  if (limits) {
    const policies = limits.map(({ name, quota, windowSeconds }) => {
      return `"${name}";q=${quota};w=${windowSeconds}`;
    });
    const left = limits.map(({ name, remaining, resetSeconds }) => {
      return `"${name}";r=${remaining};t=${resetSeconds}`;
    });
    // draft-ietf-httpapi-ratelimit-headers-11: lists of structured fields.
    res.setHeader('RateLimit-Policy', policies.join(', '));
    res.setHeader('RateLimit', left.join(', '));
  }
}

/** Writes a failure in REST's envelope. */
export function sendFailure(res: Response, failure: AppError): void {
  const { code, message, details } = failure;
  const { requestId, notes } = res.req;
  notes.failure ??= code;
  const body = JSON.stringify({ success: false, error: { code, message, details, requestId } });
  res.statusCode = failure.status;
  for (const [name, value] of Object.entries(failureHeaders(failure))) {
    res.setHeader(name, value);
  }
  setNotedHeaders(res, notes);
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(body);
}
