import type { Manifest } from '@matinee/sdk';

/** The longest code that the server takes. */
export const mostCharacters = 300;

/** A code as the server takes it. Cameras also see other people's QR codes, which may contain anything. */
export function sendable(code: string): string {
  return code.replaceAll('\0', '').trim().slice(0, mostCharacters).toWellFormed();
}

/** What a hand scanner reads, or a reference of its own. */
const whole = /^(MT1-|[2-9A-HJ-NP-Z]{8}(\s|$))/i;

/**
 * What was typed last. The field may have a reference that waits for its seat, and the next customer's code
 * comes behind it.
 *
 * @param waiting the reference, with a space behind it
 */
export function latestCode(text: string, waiting: string): string {
  const behind =
    waiting !== '' && text.startsWith(waiting) ? text.slice(waiting.length).trim() : '';
  return whole.test(behind) ? behind : text;
}

/** The seats of a reference that was typed without a seat. */
export function seatsToChoose(code: string, manifest: Manifest | undefined): string[] {
  const reference = code.toUpperCase();
  const tickets = manifest?.tickets.filter((each) => each.reference === reference) ?? [];
  return tickets.map(({ row, seat }) => `${row}${seat}`);
}
