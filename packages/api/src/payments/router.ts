import { idempotentInSteps } from '../idempotency.ts';
import { route } from '../meta.ts';
import { ownOrStaffProcedure, userProcedure } from '../trpc.ts';
import { getPayment } from './read.ts';
import { Payment, PaymentId, StartPayment } from './schema.ts';
import { startPayment } from './start.ts';
import { syncPayment } from './sync.ts';

export const paymentsRouter = {
  /** Opens the payment of a pending reservation; the answer says what the client does next. */
  start: userProcedure
    .meta({
      ...route(
        'POST /reservations/{reservationId}/payment',
        'Start a payment',
        'For a pending reservation, until `payBefore`. May be repeated: the same payment is returned. ' +
          'With another `provider` the payment at the first one is ended before. 404 where nothing is ' +
          'paid in advance (`PAYMENTS=none`).',
      ),
      message: 'Payment started.',
      refusals: ['NOT_FOUND', 'NOT_PENDING', 'PAYMENT_FAILED'],
    })
    .input(StartPayment)
    .output(Payment)
    .mutation(
      idempotentInSteps(Payment, {
        prepare: ({ ctx, input }) => startPayment(ctx, input),
        effect: async ({ ctx }, { paymentId, clientAction }) => ({
          ...(await getPayment(ctx, paymentId)),
          clientAction,
        }),
      }),
    ),

  /** A payment as it was last seen. */
  get: ownOrStaffProcedure('read')
    .meta(
      route(
        'GET /payments/{paymentId}',
        'Read a payment',
        'For your own reservations; administrators may read any.',
      ),
    )
    .input(PaymentId)
    .output(Payment)
    .query(({ ctx, input }) => getPayment(ctx, input.paymentId)),

  /** Asks the provider how a payment stands; when it is paid, its seats are sold. */
  sync: ownOrStaffProcedure('read')
    .meta({
      ...route(
        'POST /payments/{paymentId}/sync',
        'Ask the provider about a payment',
        'Call it when the customer has paid: the reservation is confirmed without waiting for the ' +
          'provider’s webhook.',
      ),
      message: 'Payment read from its provider.',
      refusals: ['NOT_FOUND'],
    })
    .input(PaymentId)
    .output(Payment)
    .mutation(
      idempotentInSteps(Payment, {
        prepare: ({ ctx, input }) => syncPayment(ctx, input.paymentId),
        effect: ({ ctx, input }) => getPayment(ctx, input.paymentId),
      }),
    ),
};
