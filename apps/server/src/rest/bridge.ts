import { deprecationHeaders, RequestError, toAppError } from '@matinee/api';
import type { App } from '@matinee/api';
import { callTRPCProcedure } from '@trpc/server';
import { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { jsonBody } from '../body.ts';
import { contextOf, sendFailure, setNotedHeaders } from '../request.ts';
import { hasSecret } from '../secret-answers.ts';
import { isKnown, oncePer, sendOwn, sendShared, sharedJson } from '../shared-answer.ts';
import { inputOf } from './input.ts';
import { restRoutes } from './routes.ts';
import type { Route } from './routes.ts';

/** The REST surface: one route per procedure, from the metadata of trpc-to-openapi. */
export function restBridge(app: App): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const rooms = new Map<string, Router>();
  const roomOf = (path: string) => {
    const name = firstSegment(path);
    const room = rooms.get(name) ?? Router({ caseSensitive: true, strict: true });
    rooms.set(name, room);
    return room;
  };
  const methods = new Map<string, string[]>();
  for (const route of restRoutes()) {
    const { method } = route.openapi;
    const register = method.toLowerCase() as 'get' | 'post' | 'put' | 'delete';
    const read = jsonBody(app, () => route.meta.access ?? 'admin');
    const handle = (req: Request, res: Response) => answer(app, route, { req, res });
    const announce = announceDeprecation(app, route);
    const handlers = [...announce, ...(method === 'GET' ? [handle] : [read, handle])];
    roomOf(route.path)[register](route.path, ...handlers);
    methods.set(route.path, [...(methods.get(route.path) ?? []), method]);
  }
  for (const [path, allowed] of methods) {
    roomOf(path).all(path, refuseMethod(allowed));
  }
  // Express asks route after route: it has to ask those of one segment alone.
  router.use((req, res, next) => {
    const room = rooms.get(firstSegment(req.path));
    if (room) {
      room(req, res, next);
    } else {
      next();
    }
  });
  return router;
}

/** `movies` of `/movies/:movieId`; no route begins with a parameter. */
const firstSegment = (path: string) => path.split('/', 2)[1] ?? '';

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
