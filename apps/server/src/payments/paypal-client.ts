import { ProviderError } from '@matinee/api';
import { z } from 'zod';

/** Where PayPal's API is, unless a setting says otherwise. */
const paypalApi = 'https://api-m.paypal.com';

export interface PayPalCredentials {
  clientId: string;
  clientSecret: string;
  /** Instead of `https://api-m.paypal.com`, such as `https://api-m.sandbox.paypal.com`. */
  apiBase?: string;
}

/** A call of PayPal's REST API. */
export interface PayPalCall {
  method: 'GET' | 'POST';
  path: string;
  /** JSON. */
  body?: string;
  /**
   * A second call with the same key returns the latest state of what the first one did: for six hours in the case
   * of orders, for 45 days in the case of refunds.
   */
  requestId?: string;
}

/** A response that is not an error. */
export interface PayPalResponse {
  status: number;
  json: unknown;
}

/** Makes a call. @throws ProviderError, which is a `PayPalRefusal` if PayPal gave a reason */
export type PayPalClient = (call: PayPalCall) => Promise<PayPalResponse>;

/** Limit of one request, in milliseconds; `withinDeadline` limits all of a call together. */
const requestLimitMs = 8_000;

/** A token is replaced this long before it expires, so that it never expires on its way. */
const tokenMarginMs = 60_000;

/** PayPal understood a request and refused it. */
export class PayPalRefusal extends ProviderError {
  readonly status: number;
  /** Such as `INSTRUMENT_DECLINED`. */
  readonly issue: string;
  /** Where the customer can mend it. */
  readonly redirectUrl: string | null;

  constructor(kind: ProviderError['kind'], status: number, details: RefusalDetails) {
    const { issue, message, redirectUrl } = details;
    super(kind, `PayPal: ${issue}: ${message}`);
    this.status = status;
    this.issue = issue;
    this.redirectUrl = redirectUrl;
  }
}

interface RefusalDetails {
  issue: string;
  message: string;
  redirectUrl: string | null;
}

/** Calls PayPal with a token, which it asks for when there is none. */
export function createPayPalClient(credentials: PayPalCredentials): PayPalClient {
  const base = credentials.apiBase ?? paypalApi;
  let token: { value: string; expiresAt: number } | undefined;
  const tokenValue = async (): Promise<string> => {
    if (!token || token.expiresAt <= Date.now()) {
      token = await requestToken(base, credentials);
    }
    return token.value;
  };
  return async (call) => {
    const used = await tokenValue();
    const response = await send(base, call, used);
    if (response.status !== 401) {
      return await checked(response);
    }
    // PayPal may end a token early.
    token = undefined;
    return await checked(await send(base, call, await tokenValue()));
  };
}

/** The page on which a customer approves an order, beside the API: `www.paypal.com` and `api-m.paypal.com`. */
export function checkoutUrl(
  { apiBase = paypalApi }: { apiBase?: string },
  orderId: string,
): string {
  const url = new URL('/checkoutnow', apiBase);
  url.hostname = url.hostname.replace(/^api-m\./, 'www.');
  url.searchParams.set('token', orderId);
  return url.href;
}

const Token = z.object({ access_token: z.string(), expires_in: z.number() });

async function requestToken(base: string, { clientId, clientSecret }: PayPalCredentials) {
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const response = await request(`${base}/v1/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${basic}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  if (response.status === 401) {
    const message =
      'PayPal rejected the credentials. Check PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET.';
    throw new ProviderError('unavailable', message);
  }
  const { json } = await checked(response);
  const { access_token: value, expires_in: seconds } = Token.parse(json);
  return { value, expiresAt: Date.now() + seconds * 1000 - tokenMarginMs };
}

function send(base: string, { method, path, body, requestId }: PayPalCall, token: string) {
  return request(`${base}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      prefer: 'return=representation',
      ...(requestId === undefined ? {} : { 'paypal-request-id': requestId }),
    },
    ...(body === undefined ? {} : { body }),
  });
}

async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(requestLimitMs) });
  } catch (cause) {
    throw new ProviderError('unavailable', 'PayPal cannot be reached.', { cause });
  }
}

async function checked(response: Response): Promise<PayPalResponse> {
  const { status } = response;
  const text = await response.text().catch((cause: unknown) => {
    throw new ProviderError('unavailable', 'PayPal broke off its response.', { cause });
  });
  const json = parsed(text);
  if (!response.ok) {
    throw new PayPalRefusal(kindOf(status), status, detailsOf(status, json));
  }
  if (json === undefined) {
    throw new ProviderError('unavailable', 'The response of PayPal is not JSON.');
  }
  return { status, json };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Missing permissions count as `unavailable`: the operator can add them, and the same call then succeeds. */
function kindOf(status: number): ProviderError['kind'] {
  switch (status) {
    case 404:
      return 'not_found';
    case 400:
    case 422:
      return 'declined';
    default:
      return 'unavailable';
  }
}

const Failure = z.object({
  name: z.string().optional(),
  message: z.string().optional(),
  details: z
    .array(z.object({ issue: z.string().optional(), description: z.string().optional() }))
    .optional(),
  links: z.array(z.object({ rel: z.string(), href: z.string() })).optional(),
});

function detailsOf(status: number, json: unknown): RefusalDetails {
  const { data } = Failure.safeParse(json);
  const detail = data?.details?.[0];
  return {
    issue: detail?.issue ?? data?.name ?? `HTTP_${status}`,
    message: detail?.description ?? data?.message ?? `It returned ${status}.`,
    redirectUrl: data?.links?.find(({ rel }) => rel === 'redirect')?.href ?? null,
  };
}
