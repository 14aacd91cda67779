'use client';

import { isMatineeError } from '@matinee/sdk';
import type { Inputs, MatineeError, Quote, SeatMapState, ShowTicketType } from '@matinee/sdk';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useMatinee } from './context.tsx';

/** Who the chosen seats are for, and what they cost together. */
export interface TicketChoice {
  /** The ticket types of the show, in their order. With fewer than two there is nothing to choose. */
  readonly ticketTypes: readonly ShowTicketType[];
  /** The ticket type of a seat: the first one until another is chosen. */
  readonly ticketTypeOf: (seatId: string) => string | undefined;
  readonly chooseTicketType: (seatId: string, ticketTypeId: string) => void;
  /** What the server asks for the chosen seats, fees included; undefined until it is known. */
  readonly quote: Quote | undefined;
  /** Why these tickets are not sold together. */
  readonly ticketProblem: MatineeError | undefined;
}

type Wanted = Pick<Inputs['reservations']['create'], 'seatIds' | 'seats' | 'expectedTotal'>;

interface Answer {
  readonly wanted: string;
  readonly quote?: Quote;
  readonly problem?: MatineeError;
}

const refusals: ReadonlySet<string> = new Set(['TICKET_TYPE_NOT_ALLOWED', 'AGE_RESTRICTED']);

/** @returns also the seats as a purchase takes them */
export function useTickets(
  showtimeId: string,
  { seatMap, yours }: Pick<SeatMapState, 'seatMap' | 'yours'>,
): TicketChoice & { readonly wanted: Wanted } {
  const matinee = useMatinee();
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(nothing);
  const [answer, setAnswer] = useState<Answer>();
  // A server of release 0.1.0 sends none, and sells seats by their ids.
  const ticketTypes: readonly ShowTicketType[] = seatMap?.ticketTypes ?? none;
  const first = ticketTypes[0]?.id;

  const ticketTypeOf = useCallback(
    (seatId: string) => chosen.get(seatId) ?? first,
    [chosen, first],
  );
  const chooseTicketType = useCallback((seatId: string, ticketTypeId: string) => {
    setChosen((before) => new Map([...before, [seatId, ticketTypeId]]));
  }, []);

  const lines = yours.flatMap(({ id: seatId }) => {
    const ticketTypeId = ticketTypeOf(seatId);
    return ticketTypeId === undefined ? [] : [{ seatId, ticketTypeId }];
  });
  const asked = JSON.stringify(lines);
  useEffect(() => {
    const seats = JSON.parse(asked) as typeof lines;
    if (seats.length === 0) {
      return undefined;
    }
    const controller = new AbortController();
    const { signal } = controller;
    matinee.reservations
      .quote({ showtimeId, seats }, { signal })
      .then((quote) => setAnswer({ wanted: asked, quote }))
      // Without a quote the prices of the map are shown.
      .catch((problem: unknown) => {
        if (isMatineeError(problem) && refusals.has(problem.code)) {
          setAnswer({ wanted: asked, problem });
        }
      });
    return () => controller.abort();
  }, [asked, matinee, showtimeId]);

  const current = answer?.wanted === asked ? answer : undefined;
  const total = current?.quote?.total;
  const wanted = useMemo<Wanted>(() => {
    const seats = JSON.parse(asked) as typeof lines;
    const isPlain = seats.every(({ ticketTypeId }) => ticketTypeId === first);
    return {
      ...(isPlain ? { seatIds: yours.map(({ id }) => id) } : { seats }),
      ...(total === undefined ? {} : { expectedTotal: total }),
    };
  }, [asked, first, total, yours]);

  return {
    ticketTypes,
    ticketTypeOf,
    chooseTicketType,
    quote: current?.quote,
    ticketProblem: current?.problem,
    wanted,
  };
}

const nothing: ReadonlyMap<string, string> = new Map();
const none: readonly ShowTicketType[] = [];
