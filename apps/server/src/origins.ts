import type { App } from '@matinee/api';
import cors from 'cors';
import type { CorsOptions } from 'cors';
import type { Request, RequestHandler } from 'express';

const exposedHeaders = [
  'Deprecation',
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Sunset',
  'WWW-Authenticate',
  'X-Request-Id',
];

/** Refused origins that the log names, one line each; a client can invent any number of them. */
const mostNamed = 20;

/**
 * Admits the web pages of other origins that `ALLOWED_ORIGINS` lists; in development also those that
 * this machine serves, on any port. The log names the first origins that are refused.
 */
export function crossOrigin(app: App, allowed: readonly string[]): RequestHandler {
  const isDevelopment = app.config.environment === 'development';
  const isAdmitted = (origin: string) =>
    allowed.includes('*') || allowed.includes(origin) || (isDevelopment && isLoopback(origin));
  const report = reportRefused(app);
  const options = {
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposedHeaders,
    maxAge: 600,
    preflightContinue: false,
  };
  return cors<Request>((req, callback) => {
    const { origin } = req.headers;
    const isForeign = origin !== undefined && !isOwnOrigin(origin, req);
    if (isForeign && !isAdmitted(origin)) {
      report(origin);
    }
    callback(null, { ...options, origin: originsFor(origin) });
  });

  function originsFor(origin: string | undefined): CorsOptions['origin'] {
    if (allowed.includes('*')) {
      return '*';
    }
    return origin !== undefined && isAdmitted(origin) ? [origin] : [...allowed];
  }
}

/** Browsers send the origin of a page with its own POST requests as well. */
export function isOwnOrigin(origin: string, req: Request): boolean {
  return URL.canParse(origin) && new URL(origin).host === req.host;
}

/** `http` or `https`, and a name or an address that only this machine has. */
function isLoopback(origin: string): boolean {
  return /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/.test(origin);
}

/** Names each refused origin in one line, up to a bound. */
function reportRefused(app: App): (origin: string) => void {
  const named = new Set<string>();
  return (origin) => {
    const shown = origin.slice(0, 200).replaceAll(/[^\x21-\x7e]/g, '?');
    if (named.size === mostNamed || named.has(shown)) {
      return;
    }
    named.add(shown);
    const rest = named.size === mostNamed ? ' Further origins are not reported.' : '';
    app.log.warn(
      { origin: shown },
      `Refused web pages of ${shown}: ALLOWED_ORIGINS does not list this origin.${rest}`,
    );
  };
}
