import type { Payment } from '@matinee/sdk';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { idColumn } from './short-id.ts';
import { relativeTime } from './time.ts';

/** The columns of a list of payments. */
export function paymentLayout(now: Date, paint: Paint): Layout<Payment> {
  const colours = {
    open: paint.yellow,
    processing: paint.yellow,
    succeeded: paint.green,
    cancelled: paint.red,
  };
  return {
    noun: 'payment',
    columns: [
      idColumn(),
      {
        title: 'STATUS',
        value: (payment) => payment.status,
        paint: (text, payment) => colours[payment.status](text),
      },
      { title: 'PROVIDER', value: (payment) => payment.provider ?? '–', drops: 2 },
      {
        title: 'AMOUNT',
        value: (payment) => `${payment.amount} ${payment.currency}`,
        align: 'right',
      },
      { title: 'REFUNDED', value: (payment) => payment.refunded, align: 'right', drops: 3 },
      {
        title: 'WHEN',
        value: (payment) => relativeTime(payment.createdAt, now),
        piped: (payment) => payment.createdAt,
      },
      { title: 'LAST ERROR', value: (payment) => payment.lastError, shrinks: true, drops: 1 },
    ],
    csv: [
      { name: 'id', value: (payment) => payment.id },
      { name: 'reservationId', value: (payment) => payment.reservationId },
      { name: 'provider', value: (payment) => payment.provider },
      { name: 'status', value: (payment) => payment.status },
      { name: 'amount', value: (payment) => payment.amount },
      { name: 'currency', value: (payment) => payment.currency },
      { name: 'refunded', value: (payment) => payment.refunded },
      { name: 'payBefore', value: (payment) => payment.payBefore },
      { name: 'lastError', value: (payment) => payment.lastError },
      { name: 'createdAt', value: (payment) => payment.createdAt },
    ],
  };
}

/** Formats a payment, one fact per line. */
export function showPayment(payment: Payment, paint: Paint): string {
  const { amount, refunded, currency } = payment;
  return details(
    [
      ['Status', payment.status],
      ['Provider', payment.provider],
      ['Amount', `${amount} ${currency}`],
      ['Refunded', `${refunded} ${currency}`],
      ['Pay before', payment.payBefore],
      ['Last error', payment.lastError],
      ['Created', payment.createdAt],
      ['Id', payment.id],
      ['Reservation id', payment.reservationId],
    ],
    paint,
  );
}
