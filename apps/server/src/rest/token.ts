import { AppError, appRouter, toAppError, ValidationError } from '@matinee/api';
import type { App } from '@matinee/api';
import { callTRPCProcedure } from '@trpc/server';
import { Router } from 'express';
import type { NextFunction, Request, Response } from 'express';
import { formBody } from '../body.ts';
import { isOwnOrigin } from '../origins.ts';
import { contextOf, failureHeaders, setNotedHeaders } from '../request.ts';
import { refuseMethod } from './bridge.ts';

/**
 * `POST /auth/token`: `auth.login` in the form of OAuth 2.0, the password grant of RFC 6749. Tools that
 * read the OpenAPI document sign in with it. It calls `auth.login`, so a call counts, is limited and
 * is recorded as one of that procedure.
 */
export function tokenEndpoint(app: App): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.post('/auth/token', refuseForeign, formBody(app), async (req: Request, res: Response) => {
    const data = await callTRPCProcedure({
      router: appRouter,
      path: 'auth.login',
      type: 'mutation',
      ctx: contextOf(app, req),
      // Read inside the ladder: a call counts before its input is looked at.
      getRawInput: async () => credentialsOf(formOf(req)),
      signal: undefined,
      batchIndex: 0,
    });
    setNotedHeaders(res, req.notes);
    const { accessToken, tokenType, expiresIn } = data as SignedIn;
    const token = { access_token: accessToken, token_type: tokenType, expires_in: expiresIn };
    send(res, 200, token);
  });
  router.all('/auth/token', refuseMethod(['POST']));
  // oxlint-disable-next-line max-params -- what Express tells an error handler by
  router.use('/auth/token', (thrown: unknown, req: Request, res: Response, _next: NextFunction) => {
    refuse(req, res, toAppError(thrown));
  });
  return router;
}

/**
 * A browser sends a form to any server without asking: any web page could make its visitors sign in
 * with wrong passwords, until the owner of the account is locked out.
 */
function refuseForeign(req: Request, res: Response, next: NextFunction): void {
  const { origin } = req.headers;
  const isAdmitted = res.hasHeader('Access-Control-Allow-Origin');
  if (origin !== undefined && !isAdmitted && !isOwnOrigin(origin, req)) {
    const message = 'Web pages of this origin may not sign in: ALLOWED_ORIGINS does not list it.';
    throw new AppError('FORBIDDEN', { message });
  }
  next();
}

/** The part of `auth.login`'s value that a token has. */
interface SignedIn {
  accessToken: string;
  tokenType: string;
  expiresIn: number;
}

const grant = 'password';

function formOf(req: Request): URLSearchParams {
  return req.body instanceof URLSearchParams ? req.body : new URLSearchParams();
}

/**
 * The input of `auth.login`. Other parameters are ignored, as RFC 6749 asks.
 *
 * @throws ValidationError for another grant, and for a parameter that is missing or sent twice
 */
function credentialsOf(form: URLSearchParams): { email: string; password: string; code?: string } {
  if (one(form, 'grant_type') !== grant) {
    throw new ValidationError([{ path: ['grant_type'], message: `must be ${grant}` }]);
  }
  const code = form.get('code');
  return {
    email: one(form, 'username'),
    password: one(form, 'password'),
    // Of the second factor: an extension, as RFC 6749 allows.
    ...(code === null ? {} : { code }),
  };
}

function one(form: URLSearchParams, name: string): string {
  const [value, ...others] = form.getAll(name);
  if (value === undefined || value === '' || others.length > 0) {
    throw new ValidationError([{ path: [name], message: 'must be sent once' }]);
  }
  return value;
}

function refuse(req: Request, res: Response, failure: AppError): void {
  req.notes.failure ??= failure.code;
  const isGrant = isAboutGrant(failure);
  setNotedHeaders(res, req.notes);
  if (!isGrant) {
    res.set(failureHeaders(failure));
  }
  send(res, isGrant ? 400 : failure.status, {
    error: errorOf(failure, formOf(req)),
    // RFC 6749 allows neither of these two characters.
    error_description: failure.message.replaceAll(/["\\]/g, "'"),
    request_id: req.requestId,
  });
}

/** Whether user name, password or code are refused. */
function isAboutGrant({ code }: AppError): boolean {
  return code === 'INVALID_CREDENTIALS' || code === 'SECOND_FACTOR_REQUIRED';
}

/** The name of a failure in RFC 6749. */
function errorOf(failure: AppError, form: URLSearchParams): string {
  if (isAboutGrant(failure)) {
    return 'invalid_grant';
  }
  const { code, status } = failure;
  const [type = ''] = form.getAll('grant_type');
  if (code === 'VALIDATION_ERROR' && type !== '' && type !== grant) {
    return 'unsupported_grant_type';
  }
  if (status === 429 || status === 503) {
    return 'temporarily_unavailable';
  }
  return status >= 500 ? 'server_error' : 'invalid_request';
}

function send(res: Response, status: number, value: object): void {
  res.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' }).status(status).json(value);
}
