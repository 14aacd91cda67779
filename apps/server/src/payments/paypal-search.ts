import { z } from 'zod';
import type { PayPalClient } from './paypal-client.ts';
import { orderOf } from './paypal-webhook.ts';

/** The longest period that one search of transactions may cover: 31 days, in milliseconds. */
const searchLimitMs = 31 * 24 * 3_600_000;

const Found = z.object({
  total_pages: z.number().default(1),
  transaction_details: z
    .array(
      z.object({
        transaction_info: z.object({
          transaction_id: z.string(),
          transaction_event_code: z.string(),
          transaction_amount: z.object({ value: z.string() }).optional(),
        }),
      }),
    )
    .default([]),
});
type Found = z.infer<typeof Found>;

/**
 * The ids of orders that were paid since an instant. PayPal lists transactions, each up to three hours after it
 * was made, and the app needs the permission for Transaction Search. PayPal lists no orders: one that is not paid is not
 * found here, nor is a payment that another product of PayPal took without an order.
 */
export async function* paidOrders(call: PayPalClient, since: Date): AsyncGenerator<string> {
  const seen = new Set<string>();
  for await (const captureId of payments(call, since)) {
    const ref = await orderOf(call, captureId);
    if (ref !== null && !seen.has(ref)) {
      seen.add(ref);
      yield ref;
    }
  }
}

/** The ids of transactions in which the account received money. */
async function* payments(call: PayPalClient, since: Date): AsyncGenerator<string> {
  const now = Date.now();
  for (let begin = since.getTime(); begin < now; begin += searchLimitMs) {
    const period = [begin, Math.min(begin + searchLimitMs, now)] as const;
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const found = await search(call, period, page);
      pages = found.total_pages;
      yield* paymentsIn(found);
    }
  }
}

async function search(
  call: PayPalClient,
  [begin, end]: readonly [number, number],
  page: number,
): Promise<Found> {
  const query = new URLSearchParams({
    start_date: new Date(begin).toISOString(),
    end_date: new Date(end).toISOString(),
    fields: 'transaction_info',
    page_size: '500',
    page: page.toString(),
  });
  const { json } = await call({ method: 'GET', path: `/v1/reporting/transactions?${query}` });
  return Found.parse(json);
}

/** Codes that begin with T00 are payments; an amount below zero is one that the account made. */
function paymentsIn({ transaction_details: details }: Found): string[] {
  return details
    .map(({ transaction_info: info }) => info)
    .filter(({ transaction_event_code: code, transaction_amount: amount }) => {
      return code.startsWith('T00') && !(amount?.value ?? '').startsWith('-');
    })
    .map(({ transaction_id: id }) => id);
}
