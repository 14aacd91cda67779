/*
 * What customers were told, as it stands in the file of a run, and what has become of it. Nothing
 * here asks anything: it is tested by itself.
 */

/** One line of the file, in JSON. A line is written before the customer does anything else. */
export type Line =
  | { op: 'confirmed'; id: string; showtimeId: string; seatIds: string[] }
  | { op: 'cancelling'; id: string }
  | { op: 'cancelled'; id: string };

/** A booking that was acknowledged. `unknown`: it was to be cancelled, and no answer came. */
export interface Acknowledgement {
  id: string;
  showtimeId: string;
  seatIds: string[];
  state: 'confirmed' | 'cancelled' | 'unknown';
}

/** A reservation as the database has it. */
export interface Stored {
  id: string;
  status: string;
}

/** @throws Error when a line is not one of a run, or speaks of a booking that was not acknowledged */
export function readAcknowledgements(text: string): Acknowledgement[] {
  const found = new Map<string, Acknowledgement>();
  for (const line of text.split('\n').filter(Boolean)) {
    const told = JSON.parse(line) as Line;
    if (told.op === 'confirmed') {
      const { id, showtimeId, seatIds } = told;
      found.set(id, { id, showtimeId, seatIds, state: 'confirmed' });
      continue;
    }
    const booking = found.get(told.id);
    if (!booking) {
      throw new Error(`No booking ${told.id} was acknowledged before it was ${told.op}.`);
    }
    booking.state = told.op === 'cancelled' ? 'cancelled' : 'unknown';
  }
  return [...found.values()];
}

export interface Judgement {
  acknowledged: number;
  /** Acknowledged, and not in the database. */
  lost: string[];
  /** In the database with another status than the customer was told. */
  wrong: string[];
  /** Seats that two customers were told are theirs. */
  doubles: string[];
}

/** Compares what was told with what is there. */
export function judge(told: readonly Acknowledgement[], stored: readonly Stored[]): Judgement {
  const statuses = new Map(stored.map(({ id, status }) => [id, status]));
  const lost = told.filter(({ id }) => !statuses.has(id)).map(({ id }) => id);
  const wrong = told.filter(({ id, state }) => isWrong(state, statuses.get(id)));
  return {
    acknowledged: told.length,
    lost,
    wrong: wrong.map(({ id, state }) => `${id} is ${statuses.get(id)}, told was ${state}`),
    doubles: findDoubles(told, statuses),
  };
}

function isWrong(state: Acknowledgement['state'], status: string | undefined): boolean {
  return status !== undefined && state !== 'unknown' && status !== state;
}

/** A lost booking still counts: its customer comes to the show. */
function findDoubles(
  told: readonly Acknowledgement[],
  statuses: ReadonlyMap<string, string>,
): string[] {
  const holders = new Map<string, string[]>();
  for (const { id, showtimeId, seatIds, state } of told) {
    const isHeld =
      state === 'confirmed' || (state === 'unknown' && statuses.get(id) === 'confirmed');
    for (const seatId of isHeld ? seatIds : []) {
      const seat = `${showtimeId} ${seatId}`;
      holders.set(seat, [...(holders.get(seat) ?? []), id]);
    }
  }
  return [...holders]
    .filter(([, ids]) => ids.length > 1)
    .map(([seat, ids]) => `${seat}: ${ids.join(', ')}`);
}
