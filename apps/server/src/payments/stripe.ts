import type {
  NewPayment,
  NewRefund,
  Observed,
  ObservedRefund,
  PaymentProvider,
} from '@matinee/api';
import type { Stripe } from 'stripe';
import { withinDeadline } from './deadline.ts';
import { stripeMinimum, toStripeAmount } from './stripe-amounts.ts';
import { isReplay, isReplayedFailure, isRefusal, toProviderError } from './stripe-errors.ts';
import { observedOf, observedRefund } from './stripe-observed.ts';
import { parseStripeWebhook } from './stripe-webhook.ts';

export interface StripeOptions {
  secretKey: string;
  /** For the customer's browser. */
  publishableKey: string;
  /** Any of them may have signed a message: two while the secret is being replaced. */
  webhookSecrets: string[];
  /** Instead of `https://api.stripe.com`, such as `http://127.0.0.1:8420`. */
  apiBase?: string;
  /** Such as `card`. Each must answer immediately: the seats are reserved for minutes. */
  paymentMethods: string[];
}

/** The version of the API that the types of the library describe. A later one may change fields. */
const apiVersion = '2026-10-28.endive';

/** Limits of one request; `withinDeadline` limits them all together. */
const limits = { timeout: 8_000, maxNetworkRetries: 2 };

/** What is needed of a PaymentIntent, in one request. */
const expanded = ['latest_charge.refunds'];

/** How far back a payment is looked for whose creation Stripe answered with a failure, in seconds. */
const lookBackSeconds = 3_600;

/** Stripe, by PaymentIntents. The library is loaded on first use: it is large. */
export async function createStripeProvider(options: StripeOptions): Promise<PaymentProvider> {
  const { default: StripeLibrary } = await import('stripe');
  const stripe = new StripeLibrary(options.secretKey, {
    apiVersion,
    telemetry: false,
    ...limits,
    appInfo: { name: 'Matinee' },
    ...addressOf(options.apiBase),
  });
  const client = { stripe, options };
  return {
    name: 'stripe',
    minimum: stripeMinimum,
    create: (payment) => asking(() => create(client, payment)),
    retrieve: (ref) => asking(() => retrieve(client, ref)),
    cancel: (ref) => asking(() => cancel(client, ref)),
    refund: (refund) => asking(() => makeRefund(client, refund)),
    parseWebhook: async (request) => parseStripeWebhook(stripe, options.webhookSecrets, request),
    list: (since) => list(client, since),
  };
}

interface Client {
  stripe: Stripe;
  options: StripeOptions;
}

/** @throws ProviderError */
async function asking<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await withinDeadline('Stripe', call);
  } catch (error) {
    throw toProviderError(error);
  }
}

async function create(client: Client, payment: NewPayment): Promise<Observed> {
  const { paymentId, reservationId, reference, amount, currency } = payment;
  const { stripe, options } = client;
  const params: Stripe.PaymentIntentCreateParams = {
    amount: toStripeAmount(amount, currency),
    currency: currency.toLowerCase(),
    allowed_payment_method_types: options.paymentMethods,
    capture_method: 'automatic',
    description: reference,
    metadata: { paymentId, reservationId, reference },
    expand: expanded,
  };
  try {
    const intent = await stripe.paymentIntents.create(params, {
      idempotencyKey: `pi:${paymentId}`,
    });
    const { headers } = intent.lastResponse;
    return isReplay(headers) ? await retrieve(client, intent.id) : await observe(client, intent);
  } catch (error) {
    const intent = isReplayedFailure(error) ? await findIntent(client, paymentId) : undefined;
    if (!intent) {
      throw error;
    }
    return await observe(client, intent);
  }
}

async function retrieve(client: Client, ref: string): Promise<Observed> {
  const { paymentIntents } = client.stripe;
  return await observe(client, await paymentIntents.retrieve(ref, { expand: expanded }));
}

async function cancel(client: Client, ref: string): Promise<Observed> {
  try {
    const intent = await client.stripe.paymentIntents.cancel(ref, { expand: expanded });
    return await observe(client, intent);
  } catch (error) {
    const found = isRefusal(error) ? await retrieve(client, ref) : undefined;
    if (!found || found.status === 'open') {
      throw error;
    }
    return found;
  }
}

async function makeRefund(client: Client, refund: NewRefund): Promise<ObservedRefund> {
  const { refundId, reservationId, ref, amount, currency } = refund;
  const { refunds } = client.stripe;
  const params: Stripe.RefundCreateParams = {
    payment_intent: ref,
    amount: toStripeAmount(amount, currency),
    metadata: { refundId, reservationId },
  };
  try {
    const made = await refunds.create(params, { idempotencyKey: `refund:${refundId}` });
    const isStale = isReplay(made.lastResponse.headers);
    return observedRefund(isStale ? await refunds.retrieve(made.id) : made);
  } catch (error) {
    const made = isReplayedFailure(error) ? await findRefund(client, refund) : undefined;
    if (!made) {
      throw error;
    }
    return observedRefund(made);
  }
}

/** Payments opened since an instant, and earlier ones that were paid since then. */
async function* list(client: Client, since: Date): AsyncGenerator<Observed> {
  const created = { gte: Math.floor(since.getTime() / 1000) };
  const { paymentIntents, charges } = client.stripe;
  const seen = new Set<string>();
  try {
    const expand = expanded.map((path) => `data.${path}`);
    for await (const intent of paymentIntents.list({ created, expand, limit: 100 })) {
      seen.add(intent.id);
      yield await observe(client, intent);
    }
    for await (const charge of charges.list({ created, limit: 100 })) {
      const ref = idOf(charge.payment_intent);
      if (ref !== null && charge.paid && !seen.has(ref)) {
        seen.add(ref);
        yield await retrieve(client, ref);
      }
    }
  } catch (error) {
    throw toProviderError(error);
  }
}

/** Adds the refunds and disputes of a PaymentIntent to it. */
async function observe(client: Client, intent: Stripe.PaymentIntent): Promise<Observed> {
  const charge = typeof intent.latest_charge === 'string' ? null : intent.latest_charge;
  const refunds = charge ? await refundsOf(client, charge) : [];
  const disputes = charge?.disputed ? await disputesOf(client, intent.id) : [];
  return observedOf({ intent, refunds, disputes }, client.options.publishableKey);
}

/** An expanded charge has its ten newest refunds. */
async function refundsOf({ stripe }: Client, charge: Stripe.Charge): Promise<Stripe.Refund[]> {
  if (charge.refunds?.has_more === false) {
    return charge.refunds.data;
  }
  return await allOf(stripe.refunds.list({ charge: charge.id, limit: 100 }));
}

async function disputesOf({ stripe }: Client, ref: string): Promise<Stripe.Dispute[]> {
  return await allOf(stripe.disputes.list({ payment_intent: ref, limit: 100 }));
}

/** The PaymentIntent that was made although Stripe reported a failure. */
async function findIntent({ stripe }: Client, paymentId: string) {
  const created = { gte: Math.floor(Date.now() / 1000) - lookBackSeconds };
  const expand = expanded.map((path) => `data.${path}`);
  for await (const intent of stripe.paymentIntents.list({ created, expand, limit: 100 })) {
    if (intent.metadata.paymentId === paymentId) {
      return intent;
    }
  }
  return undefined;
}

/** The refund that was made although Stripe reported a failure. */
async function findRefund({ stripe }: Client, { ref, refundId }: NewRefund) {
  const made = await allOf(stripe.refunds.list({ payment_intent: ref, limit: 100 }));
  return made.find(({ metadata }) => metadata?.refundId === refundId);
}

async function allOf<Item>(pages: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of pages) {
    items.push(item);
  }
  return items;
}

/** The id of an object that may be expanded. */
function idOf(named: string | { id: string } | null): string | null {
  return typeof named === 'string' ? named : (named?.id ?? null);
}

function addressOf(apiBase: string | undefined) {
  if (apiBase === undefined) {
    return {};
  }
  const { hostname, port, protocol } = new URL(apiBase);
  const scheme = protocol === 'http:' ? ('http' as const) : ('https' as const);
  return { host: hostname, protocol: scheme, ...(port === '' ? {} : { port }) };
}
