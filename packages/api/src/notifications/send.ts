import { findRefusal, markRefused, unmarkRefused } from '../auth/refused-addresses.ts';
import { PermanentFailure } from '../outbox/retries.ts';
import type { ServiceContext } from '../service-context.ts';
import type { Mail } from './mailer.ts';

/**
 * Sends a mail about a booking or an account. Its address is marked when its mail server refuses the mail for
 * good, and no longer marked when a mail arrives.
 *
 * @returns a note for the log of deliveries
 * @throws PermanentFailure when the mail is refused for good
 */
export async function sendMail(ctx: ServiceContext, mail: Mail): Promise<string | undefined> {
  const refusal = await findRefusal(ctx, mail.to);
  const note = await deliver(ctx, mail);
  if (refusal === undefined || note !== undefined) {
    return note;
  }
  await unmarkRefused(ctx, mail.to);
  return `sent; the address had refused mail before: ${refusal}`;
}

/**
 * Sends a mail that its customer can do without. An address that has refused mail gets none.
 *
 * @returns a note for the log of deliveries
 * @throws PermanentFailure when the mail is refused for good
 */
export async function sendOptionalMail(
  ctx: ServiceContext,
  mail: Mail,
): Promise<string | undefined> {
  const refusal = await findRefusal(ctx, mail.to);
  return refusal === undefined
    ? deliver(ctx, mail)
    : `not sent: the address has refused mail: ${refusal}`;
}

async function deliver(ctx: ServiceContext, mail: Mail): Promise<string | undefined> {
  try {
    return await ctx.app.mailer.send(mail);
  } catch (error) {
    if (error instanceof PermanentFailure) {
      await markRefused(ctx, mail.to, error.message);
    }
    throw error;
  }
}
