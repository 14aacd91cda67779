import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { AuthenticationError, toAppError } from '@matinee/api';
import type { App, Log } from '@matinee/api';
import express from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { compose } from './compose.ts';
import { mailPages } from './dev-mail/pages.ts';
import type { MailBox } from './dev-mail/pages.ts';
import { documentation } from './docs.ts';
import { healthPages } from './health.ts';
import type { HealthSources } from './health.ts';
import type { Metrics } from './metrics/metrics.ts';
import { crossOrigin } from './origins.ts';
import { guidePages } from './pages/guides.ts';
import { homePage } from './pages/home.ts';
import { icons } from './pages/icon.ts';
import {
  bookingPage,
  resetPasswordPage,
  unsubscribePage,
  verifyEmailPage,
} from './pages/mailed.ts';
import { answerNoRoute } from './pages/not-found.ts';
import { unsubscription } from './pages/unsubscription.ts';
import { answerParserErrors, refuseImproper } from './parser-errors.ts';
import { providerWebhooks } from './payments/webhooks.ts';
import { posterFiles } from './posters/files.ts';
import { Renditions } from './posters/renditions.ts';
import { posterUpload } from './posters/upload.ts';
import type { PosterOptions } from './posters/upload.ts';
import { takeTurns } from './request-turns.ts';
import { identifyRequests, sendFailure } from './request.ts';
import { restBridge } from './rest/bridge.ts';
import { seatEvents } from './rest/events.ts';
import { tokenEndpoint } from './rest/token.ts';
import { seatPictures } from './seat-pictures.ts';
import { inboundPath, inboundTexts } from './sms/inbound.ts';
import { guardSockets } from './sockets.ts';
import type { SocketLimits } from './sockets.ts';
import { ticketFiles } from './tickets/files.ts';
import { traceRequests } from './tracing.ts';
import { trpcSurface } from './trpc/surface.ts';

export interface HttpOptions {
  allowedOrigins: string[];
  trustProxy: number | string[];
  posters: PosterOptions;
  health: HealthSources;
  /** Has a line for each request. */
  accessLog: Log;
  metrics: Metrics;
  /** Who may read `/metrics`: anyone, callers with this token, or, when undefined, no one. */
  metricsAccess: 'anyone' | { token: string } | undefined;
  /** Whether the API's documentation is served. */
  docs: boolean;
  /** What `/dev/mail` shows; undefined: there is no such page. */
  mails?: MailBox | undefined;
  /** What Twilio signs its messages to this server with; none are taken without it. */
  twilioToken?: string | undefined;
  sockets?: Partial<SocketLimits>;
}

/** Everything that is served, from top to bottom. */
export function createHttpServer(app: App, options: HttpOptions): Server {
  const { metrics } = options;
  const posters = { ...options.posters, count: metrics.countUpload };
  const { store } = posters;
  const renditions = new Renditions({ store, log: app.log, count: metrics.countRendition });
  const web = express();
  web.disable('x-powered-by');
  web.disable('etag');
  // A rule of a proxy for `/metrics` must not miss `/METRICS`.
  web.enable('case sensitive routing');
  web.enable('strict routing');
  web.set('trust proxy', options.trustProxy);
  const rest = restBridge(app);
  web.use(
    compose(
      identifyRequests(options.accessLog),
      takeTurns(),
      traceRequests,
      metrics.observe,
      secured(),
      crossOrigin(app, options.allowedOrigins),
      trpcSurface(app),
      rest.direct,
    ),
  );
  web.use('/api/v1', posterUpload(app, posters), tokenEndpoint(app));
  web.use('/api/v1', ticketFiles(app), seatPictures(app));
  web.use('/api/v1', seatEvents(app), rest.router);
  if (options.twilioToken !== undefined) {
    web.post(inboundPath, ...inboundTexts(app, options.twilioToken));
  }
  web.use('/webhooks', providerWebhooks(app));
  web.use('/health', healthPages(app, options.health));
  if (options.metricsAccess) {
    web.get('/metrics', admitTo(options.metricsAccess), metrics.page);
  }
  if (options.docs) {
    web.use(documentation());
    web.use('/guides', guidePages());
  }
  web.get('/', homePage(app, options));
  web.get('/m/booking', bookingPage());
  web.get('/m/reset-password', resetPasswordPage());
  web.get('/m/verify-email', verifyEmailPage());
  web.get('/m/unsubscribe', unsubscribePage());
  web.post('/m/unsubscribe', unsubscription(app));
  if (options.mails) {
    web.use('/dev/mail', mailPages(options.mails));
  }
  web.use(icons());
  web.use('/uploads', posterFiles(app, { store, renditions }));
  const noRoute = answerNoRoute(options);
  web.use(noRoute, answerFailure(app, noRoute));
  const server = createServer({ requireHostHeader: false }, (req, res) => {
    // What `guardSockets` has cut off is not worth any work; the rest of its requests still arrive.
    if (!req.socket.destroyed && !refuseImproper(req, res)) {
      // A server that is about to stop sends a proxy's next requests to the others.
      res.shouldKeepAlive &&= options.health.isServing();
      web(req, res);
    }
  });
  server.once('listening', () => app.database.begin());
  // A client that opens a connection and sends nothing loses it.
  server.requestTimeout = 60_000;
  server.headersTimeout = 20_000;
  server.keepAliveTimeout = 65_000;
  guardSockets(server, options.sockets);
  answerParserErrors(server);
  return server;
}

const securityHeaders = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], frameAncestors: ["'none'"] },
  },
  // The API is called from other sites; CORS says by whom.
  crossOriginResourcePolicy: { policy: 'cross-origin' as const },
};

/** Helmet's headers, which are the same on every response and therefore made once. */
function secured(): RequestHandler {
  const headers: [name: string, value: string][] = [];
  const recorder = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader: () => {},
  };
  helmet(securityHeaders)({} as Request, recorder as unknown as Response, () => {});
  return (_req, res, next) => {
    for (const [name, value] of headers) {
      res.setHeader(name, value);
    }
    next();
  };
}

/** Compares a bearer token, in the same time whatever it is. */
function admitTo(access: 'anyone' | { token: string }) {
  return (req: Request, _res: Response, next: NextFunction): void => {
    const { authorization } = req.headers;
    if (access === 'anyone' || isSame(authorization, `Bearer ${access.token}`)) {
      next();
      return;
    }
    const code = authorization === undefined ? 'AUTHENTICATION_REQUIRED' : 'TOKEN_INVALID';
    next(new AuthenticationError(code));
  };
}

function isSame(given: string | undefined, expected: string): boolean {
  const [a, b] = [given ?? '', expected].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** Express tells an error handler by its four parameters. */
function answerFailure(app: App, noRoute: RequestHandler) {
  // oxlint-disable-next-line max-params -- what Express tells an error handler by
  return (thrown: unknown, req: Request, res: Response, next: NextFunction): void => {
    if (res.headersSent) {
      next(thrown);
      return;
    }
    if (isBadUrl(thrown)) {
      void noRoute(req, res, next);
      return;
    }
    const failure = toAppError(thrown);
    if (failure.status >= 500) {
      app.log.error({ err: thrown, requestId: req.requestId }, 'The request failed');
    }
    sendFailure(res, failure);
  };
}

/** A path that cannot be decoded names nothing. */
function isBadUrl(thrown: unknown): boolean {
  return thrown instanceof URIError || (thrown as { status?: number } | null)?.status === 404;
}
