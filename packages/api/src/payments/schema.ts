import { z } from 'zod';
import {
  Amount,
  CalendarDate,
  Currency,
  idOf,
  Instant,
  InstantInput,
  Money,
  outputIdOf,
  outputText,
  page,
  pageInput,
  text,
} from '../schema.ts';

const provider = z.enum(['stripe', 'paypal']);

export const StartPayment = z.strictObject({
  reservationId: idOf('reservation'),
  provider: provider
    .meta({ description: 'Who takes the money; by default the first that is configured.' })
    .optional(),
});
export type StartPayment = z.infer<typeof StartPayment>;

export const PaymentId = z.strictObject({ paymentId: idOf('payment') });

const PaymentStatus = z.enum(['open', 'processing', 'succeeded', 'cancelled']);
const moment = z.union([CalendarDate, InstantInput]);

export const ListPayments = z.strictObject({
  status: PaymentStatus.meta({ description: 'Payments in this state.' }).optional(),
  provider: z
    .enum(['stripe', 'paypal', 'desk'])
    .meta({ description: 'Payments that were started with this provider.' })
    .optional(),
  from: moment
    .meta({ description: 'Made at this instant or later, or on this day in UTC.' })
    .optional(),
  to: moment
    .meta({ description: 'Made before this instant, or by the end of this day in UTC.' })
    .optional(),
  siteId: idOf('site').optional(),
  ...pageInput,
});
export type ListPayments = z.infer<typeof ListPayments>;

export const RefundPayment = z.strictObject({
  paymentId: idOf('payment'),
  amount: Money.refine((amount) => !/^0+\.00$/.test(amount), { message: 'must be more than 0.00' }),
  reason: text(500).meta({ description: 'Why, for the log.' }),
});
export type RefundPayment = z.infer<typeof RefundPayment>;

const StripeAction = z.object({
  type: z.literal('stripe_payment_intent').meta({ description: 'Pay with Stripe.js.' }),
  clientSecret: outputText('For Stripe.js: it lets the customer pay, and nothing else.'),
  publishableKey: outputText('The key that Stripe.js is loaded with.'),
});

const RedirectAction = z.object({
  type: z.literal('redirect').meta({ description: 'Send the customer to a page.' }),
  url: outputText('Where the customer pays, and is sent back from.'),
});

const ClientAction = z
  .discriminatedUnion('type', [StripeAction, RedirectAction])
  .meta({ id: 'ClientAction' });

const PaymentProviderName = z.enum(['stripe', 'paypal', 'desk']).meta({ id: 'PaymentProvider' });

export const Payment = z
  .object({
    id: outputIdOf('payment'),
    reservationId: outputIdOf('reservation'),
    provider: PaymentProviderName.nullable().meta({
      description:
        'Who takes the money: `stripe`, `paypal` or `desk`; `null` before the payment is started.',
    }),
    status: PaymentStatus.meta({
      description: 'A payment that was declined is `open`: it can be tried again.',
    }),
    amount: Amount.meta({ description: 'What is to be paid.' }),
    currency: Currency,
    refunded: Amount.meta({ description: 'Refunds that did not fail.' }),
    payBefore: Instant.nullable().meta({ description: 'Until when the customer can pay.' }),
    lastError: z.string().nullable().meta({ description: 'Why the last attempt was declined.' }),
    clientAction: ClientAction.nullable().meta({
      description:
        'What the client does so that the customer can pay; only in the answer of `payments.start`.',
    }),
    createdAt: Instant.meta({ description: 'When it was made.' }),
  })
  .meta({ id: 'Payment' });
export type Payment = z.infer<typeof Payment>;

export const PaymentPage = page(Payment);
