/** "A12" */
export function seatOf({ rowLabel, seatNumber }: { rowLabel: string; seatNumber: number }): string {
  return `${rowLabel}${seatNumber}`;
}
