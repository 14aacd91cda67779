import { deprecationHeaders, RequestError, toAppError } from '@matinee/api';
import type { App } from '@matinee/api';
import { callTRPCProcedure } from '@trpc/server';
import { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { jsonBody } from '../body.ts';
import { compose } from '../compose.ts';
import { contextOf, sendFailure, setNotedHeaders } from '../request.ts';
import { hasSecret } from '../secret-answers.ts';
import { isKnown, oncePer, sendOwn, sendShared, sharedJson } from '../shared-answer.ts';
import { directRoutes } from './direct.ts';
import type { ServedRoute } from './direct.ts';
import { inputOf } from './input.ts';
import { restRoutes } from './routes.ts';
import type { Route } from './routes.ts';

/** The REST surface: one route per procedure, from the metadata of trpc-to-openapi. */
export function restBridge(app: App): { direct: RequestHandler; router: Router } {
  const served = restRoutes().map((route) => serve(app, route));
  const router = Router({ caseSensitive: true, strict: true });
  for (const { method, path, handle } of served) {
    router[method.toLowerCase() as 'get' | 'post' | 'put' | 'delete'](path, handle);
  }
  for (const [path, routes] of Map.groupBy(served, (route) => route.path)) {
    router.all(path, refuseMethod(routes.map(({ method }) => method)));
  }
  return { direct: directRoutes('/api/v1', served), router };
}

function serve(app: App, route: Route): ServedRoute {
  const { method } = route.openapi;
  const read = jsonBody(app, () => route.meta.access ?? 'admin');
  const handle = (req: Request, res: Response) => answer(app, route, { req, res });
  const announce = announceDeprecation(app, route);
  const handlers = [...announce, ...(method === 'GET' ? [] : [read]), handle];
  return { method, path: route.path, handle: compose(...handlers) };
}

/** Sets the headers of a route whose response has deprecated parts, before anything can refuse the call. */
function announceDeprecation({ config }: App, { deprecations }: Route): RequestHandler[] {
  const headers = deprecationHeaders(
    deprecations,
    config.docs ? '/guides/versioning.md' : undefined,
  );
  const announce: RequestHandler = (_req, res, next) => {
    res.set(headers);
    next();
  };
  return deprecations.length === 0 ? [] : [announce];
}

/** For a path that exists: refuses methods that it does not support. */
export function refuseMethod(allowed: string[]) {
  const allow = [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return (req: Request, res: Response): void => {
    res.setHeader('Allow', allow);
    if (req.method === 'OPTIONS') {
      res.status(204).end();
      return;
    }
    sendFailure(res, new RequestError('METHOD_NOT_ALLOWED'));
  };
}

/** A request and its response. */
interface Exchange {
  req: Request;
  res: Response;
}

async function answer(app: App, route: Route, { req, res }: Exchange): Promise<void> {
  const ctx = contextOf(app, req);
  try {
    const data: unknown = await callTRPCProcedure({
      router: route.router,
      path: route.name,
      type: route.type,
      ctx,
      // Read inside the ladder, below the token and the role: that is the order of refusals.
      getRawInput: async () => inputOf(route, req),
      signal: undefined,
      batchIndex: 0,
    });
    setNotedHeaders(res, ctx.notes);
    await sendSuccess(route, { req, res, data });
  } catch (error) {
    sendFailure(res, toAppError(error));
  }
}

async function sendSuccess(
  { name, meta }: Route,
  { req, res, data }: Exchange & { data: unknown },
): Promise<void> {
  const message = JSON.stringify(meta.message ?? 'OK');
  res.statusCode = meta.successStatus ?? 200;
  if (!meta.shared) {
    const body = `{"success":true,"data":${JSON.stringify(data)},"message":${message}}`;
    res.setHeader('Cache-Control', 'no-store');
    res.setHeader('Content-Type', contentType);
    await sendOwn(req, res, { body, hasSecret: hasSecret(name) });
    return;
  }
  const of = data as object;
  const { json, etag } = sharedJson(of);
  res.setHeader('Cache-Control', 'private, no-cache');
  res.vary('Authorization');
  res.vary('Accept-Encoding');
  res.setHeader('ETag', etag);
  if (isKnown(req, etag)) {
    res.statusCode = 304;
    res.end();
    return;
  }
  const body = oncePer(of, 'rest', () => {
    return `{"success":true,"data":${json},"message":${message}}`;
  });
  res.setHeader('Content-Type', contentType);
  await sendShared(req, res, { of, name: 'rest', body });
}

const contentType = 'application/json; charset=utf-8';
