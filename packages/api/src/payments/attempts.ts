import { given, selection } from '../db/conditions.ts';
import { query } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import type { ProviderName } from './provider.ts';

const attemptRow = {
  id: 'uuid',
  reservationId: 'uuid',
  provider: textOf<ProviderName | 'desk' | null>({ nullable: true }),
  ref: 'text?',
  status: textOf<'open' | 'processing' | 'succeeded' | 'cancelled'>(),
  amount: 'numeric',
  currency: 'text',
} as const;

/** An attempt to pay, as our side has it. */
export type Attempt = RowOf<typeof attemptRow>;

const attempts = selection({
  columns: attemptRow,
  fixed: 0,
  text: (conditions) => `
    select id, reservation_id as "reservationId", provider, provider_ref as ref, status, amount,
      currency
    from payments where ${conditions} order by created_at desc, id desc`,
  conditions: {
    id: 'id = $1',
    live: `reservation_id = $1 and status in ('open', 'processing')`,
    ref: 'provider = $1 and provider_ref = $2',
  },
});

/** One attempt, if there is one with this id. */
export async function attemptById(db: Database, id: string): Promise<Attempt | undefined> {
  const [found] = await query(db, ...attempts.where([], { id: given(id) }));
  return found;
}

/** The attempt of a reservation that can still succeed. */
export async function liveAttempt(
  db: Database,
  reservationId: string,
): Promise<Attempt | undefined> {
  const [found] = await query(db, ...attempts.where([], { live: given(reservationId) }));
  return found;
}

/** The attempt that a provider names so. */
export async function attemptByRef(
  db: Database,
  provider: ProviderName,
  ref: string,
): Promise<Attempt | undefined> {
  const [found] = await query(db, ...attempts.where([], { ref: [provider, ref] }));
  return found;
}

/** An attempt that has reached a provider. */
export type OpenedAttempt = Attempt & { provider: ProviderName; ref: string };

export function isOpened(attempt: Attempt): attempt is OpenedAttempt {
  return attempt.provider !== null && attempt.provider !== 'desk' && attempt.ref !== null;
}
