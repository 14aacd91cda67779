import type { Matinee } from '@matinee/sdk';
import { OtherShows } from './other-shows.ts';
import type { Session } from './session.ts';

/**
 * Signs out. Uploads first what waits, and removes the lists of tickets from the device; scans that
 * cannot be uploaded now stay for the next person who signs in.
 *
 * @returns what the sign-in says
 */
export async function signOut(matinee: Matinee, session: Session): Promise<string> {
  const shows = new OtherShows(matinee);
  if (shows.waiting > 0) {
    await shows.sync().catch(() => {});
  }
  // The server forgets the token first; this page forgets it whatever the server says.
  await matinee.auth.logout({}, { timeoutMs: 3_000 }).catch(() => {});
  session.end();
  const { waiting } = shows;
  return waiting === 0
    ? ''
    : `${waiting === 1 ? '1 scan waits' : `${waiting} scans wait`} on this device and will be uploaded after the next sign-in.`;
}
