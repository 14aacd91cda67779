import { ProviderError } from '@matinee/api';
import type {
  NewPayment,
  NewRefund,
  Observed,
  ObservedRefund,
  PaymentProvider,
} from '@matinee/api';
import { ZodError } from 'zod';
import { withinDeadline } from './deadline.ts';
import { toPayPalMoney } from './paypal-amounts.ts';
import { checkoutUrl, createPayPalClient, PayPalRefusal } from './paypal-client.ts';
import type { PayPalClient, PayPalCredentials } from './paypal-client.ts';
import { disputeOf } from './paypal-disputes.ts';
import {
  captureOf,
  customIdOf,
  observedOf,
  observedRefund,
  Order,
  refundsOf,
} from './paypal-order.ts';
import { paidOrders } from './paypal-search.ts';
import { parsePayPalWebhook } from './paypal-webhook.ts';

export interface PayPalOptions extends PayPalCredentials {
  /** Of the webhook that the operator made at PayPal. */
  webhookId: string;
  /** The page of the shop to which the customer returns, paid or not; `paymentId` is added to its query. */
  returnUrl: string;
}

/** Issues of a refund that a later attempt may not meet. */
const passingIssues = new Set(['REFUND_FAILED_INSUFFICIENT_FUNDS', 'PENDING_CAPTURE']);

/**
 * PayPal, by orders with the intent `CAPTURE`. Money moves when an approved order is captured, which `retrieve`
 * does, and no other function. PayPal has no call to cancel an order: a cancelled order is one that is never
 * captured. So `retrieve` must not be called for it any more; `cancel`, called again, reports whether a capture that
 * was under way has succeeded.
 */
export function createPayPalProvider(options: PayPalOptions): PaymentProvider {
  const call = createPayPalClient(options);
  const paypal = { call, options };
  return {
    name: 'paypal',
    minimum: () => null,
    create: (payment) => asking(() => create(paypal, payment)),
    retrieve: (ref) => asking(() => retrieve(paypal, ref)),
    cancel: (ref) => asking(() => cancel(paypal, ref)),
    refund: (refund) => asking(() => makeRefund(paypal, refund)),
    parseWebhook: (request) => asking(() => parsePayPalWebhook(call, options.webhookId, request)),
    list: (since) => list(paypal, since),
  };
}

interface PayPal {
  call: PayPalClient;
  options: PayPalOptions;
}

/** @throws ProviderError */
async function asking<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await withinDeadline('PayPal', work);
  } catch (error) {
    throw toProviderError(error);
  }
}

/** A response of another form may be one of a proxy, or of a later version of the API. */
function toProviderError(error: unknown): unknown {
  return error instanceof ZodError
    ? new ProviderError('unavailable', 'PayPal returned an unknown response.', { cause: error })
    : error;
}

async function create(paypal: PayPal, payment: NewPayment): Promise<Observed> {
  const { paymentId, reservationId, reference, amount, currency } = payment;
  const back = new URL(paypal.options.returnUrl);
  back.searchParams.set('paymentId', paymentId);
  const { status, json } = await paypal.call({
    method: 'POST',
    path: '/v2/checkout/orders',
    requestId: `order:${paymentId}`,
    body: JSON.stringify({
      intent: 'CAPTURE',
      // Not as `invoice_id`: PayPal may refuse a second one, and a reservation may have a second payment.
      purchase_units: [
        {
          reference_id: reservationId,
          custom_id: paymentId,
          description: reference,
          amount: toPayPalMoney(amount, currency),
        },
      ],
      payment_source: {
        paypal: {
          experience_context: {
            return_url: back.href,
            cancel_url: back.href,
            user_action: 'PAY_NOW',
            shipping_preference: 'NO_SHIPPING',
            // The seats are reserved for minutes; a bank transfer takes days.
            payment_method_preference: 'IMMEDIATE_PAYMENT_REQUIRED',
          },
        },
      },
    }),
  });
  const order = Order.parse(json);
  // 201 is a new order. Any other was opened before.
  return status === 201
    ? observedOf(order, { checkoutUrl: checkoutUrl(paypal.options, order.id) })
    : await observe(paypal, await getOrder(paypal, order.id));
}

async function retrieve(paypal: PayPal, ref: string): Promise<Observed> {
  const order = await getOrder(paypal, ref);
  return await (order.status === 'APPROVED' ? capture(paypal, order) : observe(paypal, order));
}

/**
 * Takes the money of an approved order. The order can be captured once, whatever the key. The key names the
 * approval, because a customer whose card is declined approves the same order again.
 */
async function capture(paypal: PayPal, order: Order): Promise<Observed> {
  try {
    await paypal.call({
      method: 'POST',
      path: `${pathOf(order.id)}/capture`,
      requestId: `capture:${order.id}:${order.update_time ?? ''}`,
      body: '{}',
    });
    // The response to a capture lacks parts of the order.
    return await observe(paypal, await getOrder(paypal, order.id));
  } catch (error) {
    if (!(error instanceof PayPalRefusal && error.kind === 'declined')) {
      throw error;
    }
    const now = await getOrder(paypal, order.id);
    if (now.status === 'COMPLETED') {
      return await observe(paypal, now);
    }
    const { message: lastError, redirectUrl } = error;
    return observedOf(now, {
      lastError,
      redirectUrl,
      checkoutUrl: checkoutUrl(paypal.options, now.id),
    });
  }
}

async function cancel(paypal: PayPal, ref: string): Promise<Observed> {
  const observed = await observe(paypal, await getOrder(paypal, ref));
  return observed.status === 'open'
    ? { ...observed, status: 'cancelled', clientAction: null }
    : observed;
}

async function makeRefund(paypal: PayPal, refund: NewRefund): Promise<ObservedRefund> {
  const { refundId, ref, amount, currency } = refund;
  const order = await getOrder(paypal, ref);
  // The key is forgotten in the end; a refund is not.
  const made = refundsOf(order).find((each) => each.refundId === refundId);
  if (made) {
    return made;
  }
  const captured = captureOf(order);
  if (!captured) {
    throw new ProviderError('declined', `The order ${ref} has received no money.`);
  }
  const { json } = await paypal
    .call({
      method: 'POST',
      path: `/v2/payments/captures/${encodeURIComponent(captured.id)}/refund`,
      requestId: `refund:${refundId}`,
      body: JSON.stringify({
        amount: toPayPalMoney(amount, currency),
        custom_id: customIdOf(refundId),
      }),
    })
    .catch((error: unknown) => {
      const mayPass = error instanceof PayPalRefusal && passingIssues.has(error.issue);
      throw mayPass ? new ProviderError('unavailable', error.message, { cause: error }) : error;
    });
  return observedRefund(json);
}

/** Orders that were paid since an instant, as far as PayPal lists them. */
async function* list(paypal: PayPal, since: Date): AsyncGenerator<Observed> {
  try {
    for await (const ref of paidOrders(paypal.call, since)) {
      yield await observe(paypal, await getOrder(paypal, ref));
    }
  } catch (error) {
    throw toProviderError(error);
  }
}

/** Adds the dispute of a captured order to it. */
async function observe(paypal: PayPal, order: Order): Promise<Observed> {
  const captured = captureOf(order);
  const dispute = captured ? await disputeOf(paypal.call, captured) : null;
  return observedOf(order, { dispute, checkoutUrl: checkoutUrl(paypal.options, order.id) });
}

async function getOrder(paypal: PayPal, ref: string): Promise<Order> {
  return Order.parse((await paypal.call({ method: 'GET', path: pathOf(ref) })).json);
}

function pathOf(ref: string): string {
  return `/v2/checkout/orders/${encodeURIComponent(ref)}`;
}
