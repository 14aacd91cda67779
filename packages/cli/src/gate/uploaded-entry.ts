import type { Matinee } from '@matinee/sdk';
import type { Verdict } from '@matinee/sdk/door';
import type { DoorName } from './door-file.ts';

interface Entry extends DoorName {
  verdict: Pick<Verdict, 'reference' | 'seat'>;
}

/** The newest scans, among which an entry of a moment ago is looked for. */
const newest = { limit: 100 };

/** The id that the server gave an entry which this device has judged; undefined before the upload. */
export async function entryIdOf(
  matinee: Pick<Matinee, 'checkIns'>,
  { showtimeId, deviceId, verdict }: Entry,
): Promise<string | undefined> {
  const { items } = await matinee.checkIns.list({ showtimeId, ...newest });
  const entry = items.find(
    ({ seat, ...each }) =>
      each.deviceId === deviceId &&
      each.reference === verdict.reference &&
      each.type === 'entry' &&
      each.result === 'admitted' &&
      each.undoneAt === null &&
      seat !== null &&
      `${seat.rowLabel}${seat.seatNumber}` === verdict.seat,
  );
  return entry?.id;
}
