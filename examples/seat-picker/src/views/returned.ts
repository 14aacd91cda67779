import { hrefOf } from '../address.ts';
import { sayAfterwards } from '../notice.ts';
import type { Shop } from '../shop.ts';
import type { View } from '../view.ts';
import { openPay } from './pay.ts';

/** Asks the server how the payment stands: the way back says nothing of it. */
export async function openReturned(
  shop: Shop,
  paymentId: string,
  signal: AbortSignal,
): Promise<View> {
  const { reservationId, status, lastError } = await shop.matinee.payments.sync(
    { paymentId },
    { signal },
  );
  if (status === 'open' && lastError === null && !signal.aborted) {
    sayAfterwards('The payment was not completed. Nothing was charged.', 'bad');
  }
  // Back must not lead here again, and a reload opens the reservation.
  history.replaceState(null, '', hrefOf({ view: 'pay', reservationId }));
  return openPay(shop, reservationId, signal);
}
