import { requestedPage } from './stripe-lists.ts';
import { Refused } from './stripe-objects.ts';
import type { Intent } from './stripe-objects.ts';
import { countOf, fieldsOf, listOf, refuseUnknown, requiredText, textOf } from './stripe-params.ts';
import type { Params } from './stripe-params.ts';
import type { CardOutcome, StripeState } from './stripe-state.ts';

/** One endpoint of the stand-in. Its effect, if it has one, is complete when it returns or throws. */
export interface Endpoint {
  method: 'get' | 'post';
  path: string;
  /** Parameters besides `expand`. */
  known: readonly string[];
  /** Whether a browser may call it, with the publishable key and the client secret of the payment. */
  isForBrowsers: boolean;
  /** @param id the id in the path @throws Refused */
  call(state: StripeState, params: Params, id: string): object;
}

const filters = ['created', 'limit', 'starting_after', 'payment_intent', 'charge'];

/** Cards and test tokens of https://docs.stripe.com/testing by what they do; all others succeed. */
const outcomes: Readonly<Record<string, CardOutcome>> = {
  pm_card_visa_chargeDeclined: 'declined',
  pm_card_chargeDeclined: 'declined',
  '4000000000000002': 'declined',
  pm_card_threeDSecure2Required: 'asks',
  '4000002500003155': 'asks',
};

export const endpoints: readonly Endpoint[] = [
  {
    method: 'post',
    path: '/v1/payment_intents',
    known: [
      'amount',
      'currency',
      'allowed_payment_method_types',
      'capture_method',
      'description',
      'metadata',
    ],
    isForBrowsers: false,
    call: (state, params) => openIntent(state, params),
  },
  {
    method: 'get',
    path: '/v1/payment_intents',
    known: filters,
    isForBrowsers: false,
    call: (state, params) => requestedPage(state.intents, params, '/v1/payment_intents'),
  },
  {
    method: 'get',
    path: '/v1/payment_intents/:id',
    known: [],
    isForBrowsers: true,
    call: (state, _params, id) => state.intent(id),
  },
  {
    method: 'post',
    path: '/v1/payment_intents/:id/confirm',
    known: ['payment_method', 'payment_method_data', 'return_url', 'use_stripe_sdk'],
    isForBrowsers: true,
    call: (state, params, id) => state.confirm(state.intent(id), outcomeOf(params)),
  },
  {
    // Of the stand-in alone: what the customer does on the page of the bank.
    method: 'post',
    path: '/v1/payment_intents/:id/finish',
    known: ['passes'],
    isForBrowsers: true,
    call: (state, params, id) =>
      state.finish(state.intent(id), textOf(params, 'passes') !== 'false'),
  },
  {
    method: 'post',
    path: '/v1/payment_intents/:id/cancel',
    known: ['cancellation_reason'],
    isForBrowsers: false,
    call: (state, _params, id) => state.cancel(state.intent(id)),
  },
  {
    method: 'post',
    path: '/v1/refunds',
    known: ['payment_intent', 'amount', 'metadata', 'reason'],
    isForBrowsers: false,
    call: (state, params) =>
      state.refund(state.intent(requiredText(params, 'payment_intent')), {
        amount: countOf(params, 'amount'),
        metadata: fieldsOf(params, 'metadata'),
        reason: textOf(params, 'reason'),
      }),
  },
  {
    method: 'get',
    path: '/v1/refunds',
    known: filters,
    isForBrowsers: false,
    call: (state, params) => requestedPage(state.refunds, params, '/v1/refunds'),
  },
  {
    method: 'get',
    path: '/v1/refunds/:id',
    known: [],
    isForBrowsers: false,
    call: (state, _params, id) => {
      const found = state.refunds.find((refund) => refund.id === id);
      if (!found) {
        throw Refused.missing('refund', id);
      }
      return found;
    },
  },
  {
    method: 'get',
    path: '/v1/charges',
    known: filters,
    isForBrowsers: false,
    call: (state, params) => requestedPage(state.charges, params, '/v1/charges'),
  },
  {
    method: 'get',
    path: '/v1/disputes',
    known: filters,
    isForBrowsers: false,
    call: (state, params) => requestedPage(state.disputes, params, '/v1/disputes'),
  },
];

function openIntent(state: StripeState, params: Params): Intent {
  const amount = countOf(params, 'amount');
  if (amount === null) {
    throw Refused.invalid('parameter_missing', 'Missing required param: amount.', 'amount');
  }
  const currency = requiredText(params, 'currency');
  if (currency === 'usd' && amount < 50) {
    throw Refused.invalid('amount_too_small', 'Amount must be at least $0.50 usd', 'amount');
  }
  return state.open({
    amount,
    currency,
    description: textOf(params, 'description'),
    metadata: fieldsOf(params, 'metadata'),
    methods: listOf(params, 'allowed_payment_method_types'),
  });
}

/** @throws Refused without a payment method */
function outcomeOf(params: Params): CardOutcome {
  const { card } = { card: {}, ...objectAt(params, 'payment_method_data') };
  const { number } = { number: null, ...(typeof card === 'object' ? card : {}) };
  const method = textOf(params, 'payment_method') ?? (typeof number === 'string' ? number : null);
  if (method === null) {
    const message = 'You must provide a payment method.';
    throw Refused.invalid('parameter_missing', message, 'payment_method');
  }
  return outcomes[method.replaceAll(' ', '')] ?? 'succeeds';
}

function objectAt(params: Params, name: string): object {
  const value = params[name];
  return typeof value === 'object' && value !== null ? value : {};
}

/** @throws Refused */
export function refuseUnknownParams({ known }: Endpoint, params: Params): void {
  refuseUnknown(params, [...known, 'expand']);
}
