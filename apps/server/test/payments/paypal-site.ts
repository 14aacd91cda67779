import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import express from 'express';
import type { Express, Request, Response } from 'express';
import { z } from 'zod';
import { paypalSignature } from './paypal-messages.ts';
import { PayPalFailure } from './paypal-objects.ts';
import type { PayPalOrder, PayPalSwitches } from './paypal-objects.ts';
import type { PayPalState } from './paypal-state.ts';

/** A request as it arrived. */
export interface PayPalRequest {
  method: string;
  path: string;
  requestId: string | undefined;
  body: string;
}

interface SiteOptions {
  credentials: { clientId: string; clientSecret: string; webhookId: string };
  switches: PayPalSwitches;
  requests: PayPalRequest[];
  /** The tokens that are valid. */
  tokens: Set<string>;
}

interface Answer {
  status: number;
  body: object;
}

type Handler = (req: Request, id: string) => Answer;

const Money = z.object({ currency_code: z.string(), value: z.string().regex(/^\d+(\.\d\d)?$/) });
const OrderBody = z.strictObject({
  intent: z.literal('CAPTURE'),
  purchase_units: z.tuple([
    z.strictObject({
      reference_id: z.string(),
      custom_id: z.string().max(127),
      description: z.string().max(127),
      amount: Money,
    }),
  ]),
  payment_source: z.object({
    paypal: z.object({
      experience_context: z.object({ return_url: z.url(), cancel_url: z.url() }),
    }),
  }),
});
const RefundBody = z.strictObject({
  amount: Money.optional(),
  custom_id: z
    .string()
    .regex(/^[A-Za-z0-9-_.,]*$/)
    .optional(),
});

/** The HTTP side of the stand-in. */
export function paypalSite(state: PayPalState, options: SiteOptions): Express {
  const { switches, requests } = options;
  const site = express();
  site.use(express.text({ type: () => true }));
  site.use((req, _res, next) => {
    const { method, path } = req;
    requests.push({ method, path, requestId: req.get('paypal-request-id'), body: textOf(req) });
    next();
  });
  site.post('/v1/oauth2/token', (req, res) => reply(res, issueToken(req, options)));
  pages(site, state);
  const kept = new Map<string, Answer>();
  const on = (method: 'get' | 'post', path: string, handler: Handler) =>
    site[method](path, async (req, res) => {
      const answer = run(req, { handler, options, kept });
      await pause(switches.slow);
      reply(res, answer);
    });
  orderCalls(state, on);
  otherCalls(state, options, on);
  return site;
}

type On = (method: 'get' | 'post', path: string, handler: Handler) => void;

function orderCalls(state: PayPalState, on: On): void {
  on('post', '/v2/checkout/orders', (req) => {
    const { purchase_units: units, payment_source: source } = parsed(OrderBody, req);
    const { return_url: returnUrl, cancel_url: cancelUrl } = source.paypal.experience_context;
    const { reference_id: referenceId, custom_id: customId, ...unit } = units[0];
    const order = state.open({ referenceId, customId, ...unit, returnUrl, cancelUrl });
    return { status: 201, body: responseOf(state, order) };
  });
  on('get', '/v2/checkout/orders/:id', (_req, id) => {
    return { status: 200, body: responseOf(state, state.order(id)) };
  });
  on('post', '/v2/checkout/orders/:id/capture', (_req, id) => {
    const { id: orderId, status } = state.captureOrder(state.order(id));
    return { status: 201, body: { id: orderId, status } };
  });
  on('get', '/v2/payments/captures/:id', (_req, id) => {
    return { status: 200, body: state.capture(id).capture };
  });
  on('post', '/v2/payments/captures/:id/refund', (req, id) => {
    const { amount, custom_id: customId } = parsed(RefundBody, req);
    const refund = state.refund(state.capture(id).capture, amount ?? null, customId ?? null);
    return { status: 201, body: refund };
  });
}

function otherCalls(state: PayPalState, { credentials, switches }: SiteOptions, on: On): void {
  on('get', '/v1/customer/disputes', (req) => {
    refuseWithout(switches, 'disputes');
    const wanted = req.query['disputed_transaction_id'];
    const items = state.disputes.filter(({ disputed_transactions: [first] }) => {
      return first?.seller_transaction_id === wanted;
    });
    const short = items.map(({ dispute_id, status }) => ({ dispute_id, status }));
    return { status: 200, body: { items: short } };
  });
  on('get', '/v1/customer/disputes/:id', (_req, id) => {
    const found = state.disputes.find((dispute) => dispute.dispute_id === id);
    return { status: 200, body: found ?? {} };
  });
  on('get', '/v1/reporting/transactions', (req) => {
    refuseWithout(switches, 'search');
    return { status: 200, body: transactions(state, req) };
  });
  on('post', '/v1/notifications/verify-webhook-signature', (req) => {
    const isSigned = isOurs(textOf(req), credentials.webhookId);
    return { status: 200, body: { verification_status: isSigned ? 'SUCCESS' : 'FAILURE' } };
  });
}

interface Running {
  handler: Handler;
  options: SiteOptions;
  kept: Map<string, Answer>;
}

/** Answers a request; its effect is complete. A key gets the response again, with 200 instead of 201. */
function run(req: Request, { handler, options, kept }: Running): Answer {
  const { switches, tokens } = options;
  try {
    if (switches.unavailable !== null) {
      throw new PayPalFailure(switches.unavailable, 'NOT_AVAILABLE');
    }
    if (!tokens.has(req.get('authorization')?.replace('Bearer ', '') ?? '')) {
      throw new PayPalFailure(401, 'INVALID_TOKEN');
    }
    const key = req.method === 'POST' ? req.get('paypal-request-id') : undefined;
    const earlier = kept.get(key ?? '');
    if (earlier) {
      return { ...earlier, status: 200 };
    }
    const answer = handler(req, String(req.params['id'] ?? ''));
    if (key !== undefined) {
      kept.set(key, answer);
    }
    if (switches.failAfterEffect && key !== undefined) {
      switches.failAfterEffect = false;
      throw new PayPalFailure(500, 'INTERNAL_SERVER_ERROR');
    }
    return switches.strange ? { status: 200, body: { hello: 'world' } } : answer;
  } catch (error) {
    if (error instanceof PayPalFailure) {
      return { status: error.status, body: error.body };
    }
    throw error;
  }
}

function issueToken(req: Request, { credentials, tokens, switches }: SiteOptions): Answer {
  const { clientId, clientSecret } = credentials;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  if (switches.unavailable !== null) {
    return { status: switches.unavailable, body: {} };
  }
  if (req.get('authorization') !== `Basic ${basic}`) {
    return { status: 401, body: { error: 'invalid_client' } };
  }
  const token = randomUUID();
  tokens.add(token);
  return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: 32_400 } };
}

function responseOf(state: PayPalState, order: PayPalOrder): object {
  const { id, status, intent, create_time, update_time, unit } = order;
  const { captures, refunds, ...texts } = unit;
  const payments = captures.length === 0 ? {} : { payments: { captures, refunds } };
  const href = state.checkoutUrl(order);
  const links = status === 'PAYER_ACTION_REQUIRED' ? [{ rel: 'payer-action', href }] : [];
  const purchase_units = [{ ...texts, ...payments }];
  return structuredClone({ id, status, intent, create_time, update_time, purchase_units, links });
}

/** Two transactions a page, whatever is asked for, so that tests meet several pages. */
function transactions(state: PayPalState, { query }: Request): object {
  const [begin, end] = [query['start_date'], query['end_date']].map((text) => String(text));
  const all = state.orders.flatMap(({ unit }) => [
    ...unit.captures.map(({ id, amount, create_time }) => ({ id, amount, at: create_time })),
    ...unit.refunds.map(({ id, amount, create_time }) => {
      return { id, amount: { ...amount, value: `-${amount.value}` }, at: create_time };
    }),
  ]);
  const found = all.filter(({ at }) => at >= (begin ?? '') && at <= (end ?? ''));
  const page = Number(query['page']);
  const details = found.slice(page * 2 - 2, page * 2).map(({ id, amount }) => ({
    transaction_info: {
      transaction_id: id,
      transaction_event_code: amount.value.startsWith('-') ? 'T1107' : 'T0006',
      transaction_amount: amount,
    },
  }));
  return { transaction_details: details, page, total_pages: Math.ceil(found.length / 2) };
}

const marker = ',"webhook_event":';

function isOurs(text: string, webhookId: string): boolean {
  const end = text.indexOf(marker);
  const raw = text.slice(end + marker.length, -1);
  const Fields = z.object({
    transmission_id: z.string(),
    transmission_time: z.string(),
    transmission_sig: z.string(),
    webhook_id: z.string(),
  });
  const fields = Fields.parse(JSON.parse(`${text.slice(0, end)}}`));
  const { transmission_id: id, transmission_time: time, webhook_id: named } = fields;
  const expected = paypalSignature(raw, { id, time, webhookId });
  return named === webhookId && fields.transmission_sig === expected;
}

function refuseWithout({ forbidden }: PayPalSwitches, permission: 'disputes' | 'search'): void {
  if (forbidden.includes(permission)) {
    throw new PayPalFailure(403, 'NOT_AUTHORIZED');
  }
}

/** The page on which a customer approves an order. */
function pages(site: Express, state: PayPalState): void {
  site.get('/checkoutnow', (req, res) => {
    const order = state.order(String(req.query['token']));
    const { description, amount } = order.unit;
    const line = `${description}: ${amount.value} ${amount.currency_code}`;
    res.type('html').send(`<!doctype html><html lang="en"><title>PayPal stand-in</title>
<main><h1>PayPal stand-in</h1><p>${line.replaceAll('<', '&lt;')}</p>
<form method="post"><button>Pay now</button></form>
<a href="${withToken(order.cancelUrl, order)}">Cancel and return</a></main></html>`);
  });
  site.post('/checkoutnow', (req, res) => {
    const order = state.order(String(req.query['token']));
    state.approve(order);
    res.redirect(303, withToken(order.returnUrl, order));
  });
}

function withToken(url: string, { id }: PayPalOrder): string {
  const back = new URL(url);
  back.searchParams.set('token', id);
  return back.href;
}

function parsed<Schema extends z.ZodType>(schema: Schema, req: Request): z.infer<Schema> {
  const result = schema.safeParse(JSON.parse(textOf(req)));
  if (!result.success) {
    throw new PayPalFailure(400, 'INVALID_REQUEST');
  }
  return result.data;
}

function textOf(req: Request): string {
  return typeof req.body === 'string' ? req.body : '';
}

function reply(res: Response, { status, body }: Answer): void {
  res.status(status).json(body);
}
