'use client';

import { isMatineeError, newIdempotencyKey, seatsLockedWith } from '@matinee/sdk';
import type { MatineeError, Reservation, Seat, SeatMapState } from '@matinee/sdk';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useMatinee } from './context.tsx';
import { sumOf } from './money.ts';
import { useSeatMap, useSeatMapStore } from './use-seat-map.ts';
import { useTickets } from './use-tickets.ts';
import type { TicketChoice } from './use-tickets.ts';

/** What a seat picker shows, and what it can do. */
export interface SeatSelection extends SeatMapState, TicketChoice {
  /** The price of the seats that you have locked, together, without fees: `"25.00"`. */
  readonly totalPrice: string;
  /** Seats that are being locked or given back. */
  readonly pending: ReadonlySet<string>;
  /** Whether a booking is under way. */
  readonly isBooking: boolean;
  /** Why the last action failed; undefined after one that succeeded. */
  readonly problem: MatineeError | undefined;
  /**
   * Locks a seat that is free, gives back one of your own; a love seat as a whole. Failures are in
   * `problem`.
   */
  readonly toggle: (seat: Pick<Seat, 'id' | 'yours'>) => Promise<void>;
  /** Gives all your seats back. */
  readonly clear: () => Promise<void>;
  /** Gives your locks a fresh time. */
  readonly extend: () => Promise<void>;
  /** Books the seats that you have locked. Resolves to undefined when that fails: see `problem`. */
  readonly book: () => Promise<Reservation | undefined>;
}

type Chosen = Pick<Seat, 'id' | 'yours'>;

/** What `useSeatSelection` takes beside the showtime. */
export interface SeatSelectionOptions {
  /** Called with every refusal: to lead to the sign-in page, for instance. */
  onProblem?: ((error: MatineeError) => void) | undefined;
  /**
   * Whether the customer is signed in. When it becomes true, the seat that was refused for that reason is
   * locked.
   */
  isSignedIn?: boolean | undefined;
  /** Whether the party needs a wheelchair place: without it, none can be chosen. */
  accessibility?: boolean | undefined;
  /** Where messages about the booking are sent. Guests must give it where mail is sent. */
  contactEmail?: string | undefined;
}

/**
 * The seats of a showtime and your choice among them. A seat is locked when it is chosen, so none
 * else can take it meanwhile; that needs a client with a token.
 *
 * @example
 * ```tsx
 * function Choice({ showtimeId }: { showtimeId: string }) {
 *   const { seatMap, toggle, totalPrice, book } = useSeatSelection(showtimeId);
 *   return (
 *     <>
 *       {seatMap?.seats.map((seat) => (
 *         <button key={seat.id} onClick={() => void toggle(seat)}>
 *           {seat.rowLabel}
 *           {seat.seatNumber}
 *         </button>
 *       ))}
 *       <button onClick={() => void book()}>Book for {totalPrice}</button>
 *     </>
 *   );
 * }
 * ```
 */
export function useSeatSelection(
  showtimeId: string,
  { onProblem, isSignedIn, accessibility = false, contactEmail }: SeatSelectionOptions = {},
): SeatSelection {
  const matinee = useMatinee();
  const store = useSeatMapStore(showtimeId);
  const state = useSeatMap(showtimeId);
  const { wanted, ...tickets } = useTickets(showtimeId, state);
  const [pending, setPending] = useState<ReadonlySet<string>>(none);
  const [isBooking, setBooking] = useState(false);
  const purchase = useRef<Purchase>(undefined);

  const { attempt, problem, refused } = useAttempts(onProblem);

  const actions = useMemo(
    () => ({
      toggle: async ({ id, yours }: Chosen) => {
        setPending((before) => new Set([...before, id]));
        await attempt(
          async () => {
            const { seats = [] } = store.getSnapshot().seatMap ?? {};
            const seat = seats.find((each) => each.id === id);
            const ids = seat ? seatsLockedWith(seat, seats).map((each) => each.id) : [id];
            await (yours
              ? store.unlockSeats(ids)
              : store.lockSeats(ids, accessibility ? { accessibility } : {}));
          },
          { id, yours },
        );
        setPending((before) => new Set([...before].filter((other) => other !== id)));
      },
      clear: async () => void (await attempt(async () => store.unlockSeats())),
      extend: async () => void (await attempt(async () => store.extendLock())),
      book: async () => {
        setBooking(true);
        const contact = contactEmail === undefined ? {} : { contactEmail };
        const input = { showtimeId, ...wanted, ...contact };
        const { idempotencyKey } = (purchase.current = purchaseOf(input, purchase.current));
        const reservation = await attempt(async () =>
          matinee.reservations.create(input, { idempotencyKey }),
        );
        setBooking(false);
        await store.reload();
        return reservation;
      },
    }),
    [accessibility, attempt, contactEmail, matinee, showtimeId, store, wanted],
  );

  const { toggle } = actions;
  useOnceSignedIn(isSignedIn, () => refused.current && void toggle(refused.current));

  const totalPrice = tickets.quote?.totalPrice ?? sumOf(state.yours.map(({ price }) => price));
  return { ...state, ...tickets, ...actions, totalPrice, pending, isBooking, problem };
}

/** Runs actions, and keeps why the last one failed and which seat was refused to a visitor. */
function useAttempts(onProblem: SeatSelectionOptions['onProblem']) {
  const [problem, setProblem] = useState<MatineeError>();
  const refused = useRef<Chosen>(undefined);
  const attempt = useCallback(
    async <Value>(action: () => Promise<Value>, chosen?: Chosen) => {
      refused.current = undefined;
      try {
        const value = await action();
        setProblem(undefined);
        return value;
      } catch (error) {
        if (!isMatineeError(error)) {
          throw error;
        }
        refused.current = error.status === 401 ? chosen : undefined;
        setProblem(error);
        onProblem?.(error);
        return undefined;
      }
    },
    [onProblem],
  );
  return { attempt, problem, refused };
}

/** Acts when the customer has signed in, not at the start. */
function useOnceSignedIn(isSignedIn: boolean | undefined, act: () => void): void {
  const before = useRef(isSignedIn);
  useEffect(() => {
    const isNew = isSignedIn === true && before.current !== true;
    before.current = isSignedIn;
    if (isNew) {
      act();
    }
  });
}

/** An attempt to book. */
interface Purchase {
  readonly input: string;
  readonly idempotencyKey: string;
}

/** The same again is the same purchase: an answer that was lost is not booked twice. */
function purchaseOf(wanted: object, before: Purchase | undefined): Purchase {
  const input = JSON.stringify(wanted);
  return before?.input === input ? before : { input, idempotencyKey: newIdempotencyKey() };
}

const none: ReadonlySet<string> = new Set();
