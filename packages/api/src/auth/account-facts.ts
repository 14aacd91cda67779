import { v7 } from 'uuid';
import { enqueue } from '../outbox/enqueue.ts';
import type { ServiceContext } from '../service-context.ts';

/** Writes that an account has a new password: its owner is told. */
export function notePasswordChange(tx: ServiceContext, userId: string): Promise<void> {
  return enqueue(tx, [{ kind: 'password.changed', subject: v7(), payload: { userId } }]);
}

/** Writes that an account has a second factor, or none any more: its owner is told. */
export function noteSecondFactor(
  tx: ServiceContext,
  userId: string,
  change: 'added' | 'removed',
): Promise<void> {
  return enqueue(tx, [
    { kind: 'second_factor.changed', subject: v7(), payload: { userId, change } },
  ]);
}

/** Writes that somebody wants a new password: at an address that was typed, or for an account. */
export function askForReset(
  tx: ServiceContext,
  payload: { email: string } | { userId: string },
): Promise<void> {
  return enqueue(tx, [{ kind: 'password_reset.requested', subject: v7(), payload }]);
}

/** Writes that a code is to be sent to the number that a user is about to prove. */
export function askForPhoneProof(tx: ServiceContext, userId: string): Promise<void> {
  return enqueue(tx, [{ kind: 'phone_proof.requested', subject: v7(), payload: { userId } }]);
}

/** Writes that the address of an account is to be proven. */
export function askForProof(tx: ServiceContext, userId: string): Promise<void> {
  return enqueue(tx, [{ kind: 'email_proof.requested', subject: v7(), payload: { userId } }]);
}
