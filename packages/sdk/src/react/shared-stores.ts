import { SeatMapStore } from '@matinee/sdk';
import type { Matinee } from '@matinee/sdk';

/** Stores by client and showtime, for as long as a component holds them. */
const known = new WeakMap<Matinee, Map<string, WeakRef<SeatMapStore>>>();

/**
 * The store of a showtime: components that watch the same one share it, and with it a connection. A
 * new one asks for nothing before it is watched.
 */
export function storeOf(matinee: Matinee, showtimeId: string): SeatMapStore {
  const stores = known.get(matinee) ?? new Map<string, WeakRef<SeatMapStore>>();
  known.set(matinee, stores);
  const shared = stores.get(showtimeId)?.deref();
  if (shared) {
    return shared;
  }
  for (const [id, store] of stores) {
    if (!store.deref()) {
      stores.delete(id);
    }
  }
  const store = new SeatMapStore(matinee, { showtimeId });
  stores.set(showtimeId, new WeakRef(store));
  return store;
}
