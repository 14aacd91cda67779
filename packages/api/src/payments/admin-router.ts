import { audited } from '../audit/record.ts';
import { route } from '../meta.ts';
import { atItsSite, siteNamed } from '../staff/at-site.ts';
import { staffProcedure } from '../trpc.ts';
import { listPayments, refundPayment } from './admin.ts';
import { ListPayments, Payment, PaymentPage, RefundPayment } from './schema.ts';

/** For administrators and managers. */
export const allPaymentsRouter = {
  /** The payments of all customers, newest first. */
  list: staffProcedure('manage')
    .meta({
      ...route('GET /admin/payments', 'List payments', 'Of all customers, newest first.'),
      refusals: ['NOT_FOUND'],
    })
    .input(ListPayments)
    .output(PaymentPage)
    .query(
      atItsSite(
        ({ siteId }) => [siteNamed(siteId)],
        ({ ctx, input }) => listPayments(ctx, input),
      ),
    ),

  /** Returns part of a payment; its seats stay sold. */
  refund: staffProcedure('manage')
    .meta({
      ...route(
        'POST /admin/payments/{paymentId}/refunds',
        'Refund a payment',
        'Returns money and nothing else: the seats stay sold. Never more than is left of the payment. ' +
          'The provider is asked within seconds; `refunds` of the reservation says how it went.',
      ),
      successStatus: 201,
      message: 'Refund requested.',
      refusals: ['NOT_FOUND', 'REFUND_TOO_LARGE', 'NOT_REFUNDABLE'],
    })
    .input(RefundPayment)
    .output(Payment)
    .mutation(
      atItsSite(
        ({ paymentId }) => [{ kind: 'payment', id: paymentId }],
        audited(Payment, ({ ctx, input }) => refundPayment(ctx, input), { subject: 'paymentId' }),
      ),
    ),
};
