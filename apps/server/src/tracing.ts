import { hostProcedureInfos, procedureInfos } from '@matinee/api';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import type { NextFunction, Request, Response } from 'express';

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * A span for each request, below the one that its headers name. It has no path, which has ids, but the
 * route of the procedure that was called. Without an SDK it is an empty object.
 */
export function traceRequests(req: Request, res: Response, next: NextFunction): void {
  const parent = propagation.extract(context.active(), req.headers);
  const span = trace
    .getTracer('matinee')
    .startSpan(methodOf(req), { kind: SpanKind.SERVER }, parent);
  if (span.isRecording()) {
    req.traceId = span.spanContext().traceId;
    res.on('close', () => endSpan(span, req, res));
  }
  context.with(trace.setSpan(parent, span), next);
}

function endSpan(span: Span, req: Request, res: Response): void {
  const method = methodOf(req);
  const route = routeOf(req);
  const status = res.headersSent ? res.statusCode : 499;
  span.setAttributes({
    'http.request.method': method,
    'http.response.status_code': status,
    'url.scheme': req.protocol,
    'network.protocol.version': req.httpVersion,
  });
  if (route !== undefined) {
    span.updateName(`${method} ${route}`);
    span.setAttribute('http.route', route);
  }
  if (status >= 500) {
    span.setAttribute('error.type', req.notes.failure ?? String(status));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** The conventions' name for methods that are none of HTTP's own. */
function methodOf({ method }: Request): string {
  return methods.has(method) ? method : '_OTHER';
}

/** The route of the first procedure that was called; undefined for everything else. */
function routeOf({ notes: { procedure }, originalUrl }: Request): string | undefined {
  if (procedure === undefined) {
    return undefined;
  }
  if (originalUrl.startsWith('/trpc/')) {
    return `/trpc/${procedure}`;
  }
  const info = procedureInfos.get(procedure) ?? hostProcedureInfos.get(procedure);
  const path = info?.meta.openapi?.path;
  return path === undefined ? undefined : `/api/v1${path}`;
}
