import { setTimeout as pause } from 'node:timers/promises';
import express from 'express';
import type { Express, Request, Response } from 'express';
import { browserScript } from './stripe-browser-script.ts';
import { endpoints, refuseUnknownParams } from './stripe-endpoints.ts';
import type { Endpoint } from './stripe-endpoints.ts';
import { expanded } from './stripe-expand.ts';
import { StripeKeys } from './stripe-keys.ts';
import type { Kept } from './stripe-keys.ts';
import { Refused } from './stripe-objects.ts';
import { listOf, textOf } from './stripe-params.ts';
import type { Params } from './stripe-params.ts';
import type { StripeState } from './stripe-state.ts';
import type { StripeSwitches } from './stripe-switches.ts';

/** A request as it arrived. */
export interface StripeRequest {
  method: string;
  path: string;
  params: Params;
  idempotencyKey: string | undefined;
  version: string | undefined;
}

interface SiteOptions {
  keys: { secretKey: string; publishableKey: string };
  switches: StripeSwitches;
  requests: StripeRequest[];
}

/** The HTTP side of the stand-in: who may call, what a key repeats, and how a call fails. */
export function stripeSite(state: StripeState, options: SiteOptions): Express {
  const site = express();
  site.set('query parser', 'extended');
  site.use(express.urlencoded({ extended: true }));
  site.get('/v3/', (_req, res) => void res.type('text/javascript').send(browserScript));
  site.use((req, res, next) => {
    // Stripe.js runs on the pages of the shop.
    res.set('access-control-allow-origin', '*');
    const { method, path } = req;
    const params = paramsOf(req);
    const { 'stripe-version': version } = req.headers;
    const idempotencyKey = req.get('idempotency-key');
    options.requests.push({ method, path, params, idempotencyKey, version: version?.toString() });
    next();
  });
  const keys = new StripeKeys();
  for (const endpoint of endpoints) {
    site[endpoint.method](endpoint.path, async (req, res) => {
      const result = answer(state, endpoint, { req, options, keys });
      await pause(options.switches.slow);
      send(res, result);
    });
  }
  site.use((_req, res) => {
    const { body } = Refused.invalid('url_invalid', 'Unrecognized request URL');
    res.status(404).json({ error: body });
  });
  return site;
}

interface Asked {
  req: Request;
  options: SiteOptions;
  keys: StripeKeys;
}

/** Answers a request; its effect is complete. */
function answer(state: StripeState, endpoint: Endpoint, { req, options, keys }: Asked): Kept {
  const { switches } = options;
  const params = paramsOf(req);
  const id = String(req.params['id'] ?? '');
  const run = (): Kept => {
    try {
      refuseUnknownParams(endpoint, params);
      const object = endpoint.call(state, params, id);
      return { status: 200, body: expanded(state, object, listOf(params, 'expand')) };
    } catch (error) {
      return failure(error);
    }
  };
  try {
    refuseIfUnavailable(switches);
    authenticate(state, endpoint, { req, params, id, options });
  } catch (error) {
    return failure(error);
  }
  if (endpoint.method === 'get') {
    return run();
  }
  const request = { key: req.get('idempotency-key'), path: req.path, params };
  return keys.once(request, () => failing(switches, run));
}

/** What is kept for an idempotency key, and what is sent. */
function failing(switches: StripeSwitches, run: () => Kept): { kept: Kept; sent: Kept } {
  const kept = run();
  const { failAfterEffect } = switches;
  if (failAfterEffect === null || kept.status !== 200) {
    return { kept, sent: kept };
  }
  switches.failAfterEffect = null;
  const body = { error: { type: 'api_error', message: 'An unknown error occurred' } };
  const sent = { status: 500, body, headers: { 'stripe-should-retry': 'false' } };
  return { kept: failAfterEffect === 'kept' ? sent : kept, sent };
}

function failure(error: unknown): Kept {
  if (error instanceof Refused) {
    return { status: error.status, body: { error: structuredClone(error.body) } };
  }
  throw error;
}

function refuseIfUnavailable({ unavailable }: StripeSwitches): void {
  if (unavailable === 429) {
    const message = 'Too many requests hit the API too quickly.';
    throw new Refused(429, { type: 'invalid_request_error', code: 'rate_limit', message });
  }
  if (unavailable === 503) {
    throw new Refused(503, { type: 'api_error', message: 'Service unavailable' });
  }
}

interface Caller {
  req: Request;
  params: Params;
  id: string;
  options: SiteOptions;
}

function authenticate(
  state: StripeState,
  { isForBrowsers }: Endpoint,
  { req, params, id, options }: Caller,
): void {
  const { secretKey, publishableKey } = options.keys;
  const key = textOf(params, 'key') ?? req.get('authorization')?.replace('Bearer ', '');
  if (key === secretKey) {
    return;
  }
  const type = 'invalid_request_error';
  if (key !== publishableKey) {
    throw new Refused(401, { type, message: `Invalid API Key provided: ${key ?? ''}` });
  }
  if (!isForBrowsers) {
    const message = 'This API call cannot be made with a publishable API key.';
    throw new Refused(403, { type, code: 'secret_key_required', message });
  }
  if (state.intent(id).client_secret !== textOf(params, 'client_secret')) {
    throw Refused.missing('payment_intent', id);
  }
}

function paramsOf(req: Request): Params {
  return { ...req.query, ...req.body };
}

function send(res: Response, { status, body, headers = {} }: Kept): void {
  res.status(status).set(headers).set('request-id', 'req_stand_in').json(body);
}
