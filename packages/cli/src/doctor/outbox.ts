import type { Matinee } from '@matinee/sdk';
import { count } from '../output/text.ts';
import type { Check } from './check.ts';

/** More dead deliveries are not counted: ten pages are enough for a warning. */
const mostCounted = 1_000;

/** Reports deliveries that have failed for good. Administrators only. */
export async function outboxCheck(matinee: Matinee): Promise<Check> {
  const name = 'outbox';
  const dead = await matinee.admin.outbox.list
    .all({ state: 'dead' })
    .toArray({ limit: mostCounted })
    .catch(() => undefined);
  if (!dead) {
    return { name, state: 'skipped', found: 'the list of deliveries could not be read' };
  }
  if (dead.length === 0) {
    return { name, state: 'ok', found: 'no delivery has failed for good' };
  }
  const atLeast = dead.length === mostCounted ? 'at least ' : '';
  return {
    name,
    state: 'warning',
    found: `${atLeast}${count(dead.length, 'delivery', 'deliveries')} failed for good`,
    advice: 'See `matinee outbox list --state dead`.',
  };
}
