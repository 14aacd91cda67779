import { hrefOf } from './address.ts';

/* Some customers pay on a page of the provider, which sends them back with `?paymentId=`. */

/** Where a provider sends the customer back to. */
export function returnUrl(paymentId: string): string {
  const url = new URL(location.pathname, location.origin);
  url.searchParams.set('paymentId', paymentId);
  return url.href;
}

/** Turns the query that a provider has sent the customer back with into an address of this page. */
export function takeReturnedPayment(): void {
  const paymentId = new URLSearchParams(location.search).get('paymentId');
  if (paymentId !== null) {
    history.replaceState(null, '', location.pathname + hrefOf({ view: 'returned', paymentId }));
  }
}
