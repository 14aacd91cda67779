import { queryOne, statement } from '../db/query.ts';
import type { ClaimantContext } from '../service-context.ts';

/** Seats of one showtime that an account without a proven address may lock; from the outside contract. */
export const unprovenSeats = 2;

const proofById = statement(
  `select exists (
     select from users
     where id = $1 and (email_verified_at is not null or role in ('staff', 'admin'))) as "isProven"`,
  { isProven: 'bool' },
);

/**
 * Whether the caller may lock and book as others do. With `EMAIL_PROOF=required`, guests and accounts
 * without a proven address may not, unless something has to be paid: whoever pays has shown enough.
 */
export async function mayBook(ctx: ClaimantContext): Promise<boolean> {
  const { app, caller } = ctx;
  if (!app.config.emailProof || app.payments.isOn) {
    return true;
  }
  return !caller.isGuest && (await queryOne(ctx, proofById, [caller.id])).isProven;
}
