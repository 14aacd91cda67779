import type { Manifest, ScanResult } from '../types.ts';

/** What a door does with a ticket. */
export interface Verdict {
  result: ScanResult['result'];
  type: ScanResult['type'];
  reason: ScanResult['reason'];
  /** The scan that let the ticket in; with `already_admitted`. */
  first: { at: Date; gate: string | null; deviceId: string } | null;
  /** Its row and number: `A12`. */
  seat: string | null;
  ticketType: string | null;
  reference: string | null;
  /** The show of the ticket, when the server has judged. */
  showtime: ScanResult['showtime'];
  attention: readonly string[];
  /** Takes the entry back; null when this device has judged. */
  checkInId: string | null;
  /** Whether this device has judged by itself. */
  isOffline: boolean;
}

/** A verdict, and the ticket that it is about. */
export interface Judged {
  verdict: Verdict;
  ticket: Manifest['tickets'][number] | undefined;
}
