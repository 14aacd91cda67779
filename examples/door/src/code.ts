import type { Manifest } from '@matinee/sdk';

/** The longest code that the server takes. */
export const mostCharacters = 300;

/** A code as the server takes it. Cameras also see other people's QR codes, which may contain anything. */
export function sendable(code: string): string {
  return code.replaceAll('\0', '').trim().slice(0, mostCharacters).toWellFormed();
}

/** The seats of a reference that was typed without a seat. */
export function seatsToChoose(code: string, manifest: Manifest | undefined): string[] {
  const reference = code.toUpperCase();
  const tickets = manifest?.tickets.filter((each) => each.reference === reference) ?? [];
  return tickets.map(({ row, seat }) => `${row}${seat}`);
}
