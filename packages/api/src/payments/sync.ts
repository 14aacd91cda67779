import { noSuch } from '../errors.ts';
import type { ActorContext } from '../service-context.ts';
import { attemptById, isOpened } from './attempts.ts';
import { getPayment } from './read.ts';
import { lookAndSettle } from './settle.ts';
import { refusalOf } from './start.ts';

/**
 * Asks the provider how a payment stands, so that a customer who has paid need not wait for a webhook.
 * Called outside any transaction.
 *
 * @throws NotFoundError
 * @throws UnavailableError when the provider does not respond
 * @throws RateLimitedError when the user makes this server ask too often
 */
export async function syncPayment(ctx: ActorContext, paymentId: string): Promise<void> {
  await getPayment(ctx, paymentId);
  const attempt = await attemptById(ctx, paymentId);
  if (!attempt) {
    throw noSuch('payment');
  }
  if (!isOpened(attempt)) {
    return;
  }
  await ctx.app.providerQuestions.take(ctx.caller.id);
  try {
    await lookAndSettle(ctx.app, attempt);
  } catch (error) {
    throw refusalOf(error);
  }
}
