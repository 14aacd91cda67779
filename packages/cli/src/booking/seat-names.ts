/** A seat with its row and number. */
export interface NamedSeat {
  id: string;
  rowLabel: string;
  seatNumber: number;
}

export type Found<Seat> = { seats: Seat[] } | { fault: string };

/** `C5`, or `1:12` if the row ends in a digit. */
export function seatName({ rowLabel, seatNumber }: Omit<NamedSeat, 'id'>): string {
  return /\d$/.test(rowLabel) ? `${rowLabel}:${seatNumber}` : `${rowLabel}${seatNumber}`;
}

/**
 * Finds seats by their names: `C5 C6`, `c5,c6`, `C5-C8`, `C5-8`. If the row ends in a digit, a colon
 * separates the number: `1:5-1:8`.
 */
export function findSeats<Seat extends NamedSeat>(
  text: string,
  seats: readonly Seat[],
): Found<Seat> {
  const byName = new Map(seats.map((seat) => [canonical(seatName(seat)), seat]));
  const found = new Map<string, Seat>();
  for (const word of text.split(/[\s,;]+/).filter(Boolean)) {
    const named = findWord(word, byName, seats);
    if ('fault' in named) {
      return named;
    }
    for (const seat of named.seats) {
      found.set(seat.id, seat);
    }
  }
  return found.size > 0
    ? { seats: [...found.values()] }
    : { fault: 'Enter a row and a number, such as C5.' };
}

function findWord<Seat extends NamedSeat>(
  word: string,
  byName: ReadonlyMap<string, Seat>,
  seats: readonly Seat[],
): Found<Seat> {
  const whole = byName.get(canonical(word));
  if (whole) {
    return { seats: [whole] };
  }
  const [, from = '', to = ''] = /^(.+)-([^-]+)$/.exec(word) ?? [];
  const first = byName.get(canonical(from));
  if (!first) {
    return { fault: `There is no seat ${word}.` };
  }
  const last = /^\d+$/.test(to) ? Number(to) : byName.get(canonical(to))?.seatNumber;
  const isOneRow = /^\d+$/.test(to) || byName.get(canonical(to))?.rowLabel === first.rowLabel;
  const range = seats.filter(
    ({ rowLabel, seatNumber }) =>
      rowLabel === first.rowLabel && seatNumber >= first.seatNumber && seatNumber <= (last ?? 0),
  );
  const isWhole = isOneRow && range.length === (last ?? 0) - first.seatNumber + 1;
  const fault = `${word} is not a range of seats.`;
  return isWhole && range.length > 0 ? { seats: range } : { fault };
}

function canonical(name: string): string {
  return name.toUpperCase().replace(/\s+/g, '');
}
