import type { Matinee } from '@matinee/sdk';

/**
 * By how much the server's clock is ahead of the browser's, in milliseconds. The browser's may be wrong,
 * and countdowns follow the server's.
 */
export async function serverAheadMs(
  matinee: Matinee,
  showtimeId: string,
  signal?: AbortSignal,
): Promise<number> {
  const sentAt = Date.now();
  const { now } = await matinee.showtimes.seats({ showtimeId }, signal && { signal });
  return now.getTime() - sentAt;
}
