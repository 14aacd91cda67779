'use client';

import type { SeatMapState, SeatMapStore } from '@matinee/sdk';
import { useMemo, useSyncExternalStore } from 'react';
import { useMatinee } from './context.tsx';
import { storeOf } from './shared-stores.ts';

/** The store behind `useSeatMap`: to lock, extend and give back seats. */
export function useSeatMapStore(showtimeId: string): SeatMapStore {
  const matinee = useMatinee();
  return useMemo(() => storeOf(matinee, showtimeId), [matinee, showtimeId]);
}

/**
 * The seats of a showtime, live. Components that watch the same showtime share one connection. On a
 * server, and until the map has been read, `seatMap` is undefined.
 *
 * @example
 * ```tsx
 * function FreeSeats({ showtimeId }: { showtimeId: string }) {
 *   const { seatMap } = useSeatMap(showtimeId);
 *   return <p>{seatMap?.counts.available ?? '…'} seats are free.</p>;
 * }
 * ```
 */
export function useSeatMap(showtimeId: string): SeatMapState {
  const store = useSeatMapStore(showtimeId);
  return useSyncExternalStore(store.subscribe, store.getSnapshot, () => nothingYet);
}

const nothingYet: SeatMapState = {
  live: 'connecting',
  seatMap: undefined,
  yours: [],
  secondsLeft: null,
  error: undefined,
};
