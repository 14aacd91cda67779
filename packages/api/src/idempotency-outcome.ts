/** How an idempotency key stood; what `idempotency_begin`, and functions that call it, return. */
export type IdempotencyOutcome =
  | { outcome: 'in_progress' }
  | { outcome: 'key_reused' }
  | { outcome: 'replayed'; answer: unknown };
