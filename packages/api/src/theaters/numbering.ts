/** What the numbers of a row's seats depend on. */
interface Numbered {
  seats: number;
  numbering?: 'left' | 'right' | undefined;
  overrides?:
    | readonly { position: number; gap?: true | undefined; number?: number | undefined }[]
    | undefined;
}

/**
 * The numbers of a row's seats by position, from the left. They count from 1, from the end of the row
 * that it names, without the gaps. A seat with a number of its own is counted like the others.
 */
export function seatNumbers(row: Numbered): Map<number, number> {
  const overrides = new Map((row.overrides ?? []).map((each) => [each.position, each]));
  const positions = Array.from({ length: row.seats }, (_, index) => index + 1);
  const seats = positions.filter((position) => !overrides.get(position)?.gap);
  return new Map(
    seats.map((position, index) => {
      const counted = row.numbering === 'right' ? seats.length - index : index + 1;
      return [position, overrides.get(position)?.number ?? counted];
    }),
  );
}
