'use client';

import type { Matinee } from '@matinee/sdk';
import { createContext, useContext } from 'react';
import type { ReactNode } from 'react';

const MatineeContext = createContext<Matinee | undefined>(undefined);

/**
 * Gives the client to everything below it.
 *
 * @example
 * ```tsx
 * const matinee = createMatinee({ url: 'http://127.0.0.1:8000' });
 *
 * export function App() {
 *   return (
 *     <MatineeProvider client={matinee}>
 *       <SeatPicker showtimeId="01a2…" />
 *     </MatineeProvider>
 *   );
 * }
 * ```
 */
export function MatineeProvider({ client, children }: { client: Matinee; children?: ReactNode }) {
  return <MatineeContext.Provider value={client}>{children}</MatineeContext.Provider>;
}

/** The client of the nearest `MatineeProvider`. @throws Error outside of one */
export function useMatinee(): Matinee {
  const matinee = useContext(MatineeContext);
  if (!matinee) {
    throw new Error('There is no MatineeProvider above this component.');
  }
  return matinee;
}
