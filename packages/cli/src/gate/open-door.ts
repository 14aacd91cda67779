import type { CheckInPage, Matinee } from '@matinee/sdk';
import { isMatineeError } from '@matinee/sdk';
import { Door } from '@matinee/sdk/door';
import type { Synced } from '@matinee/sdk/door';
import { CliError } from '../failure.ts';
import { findId } from '../named/find-id.ts';
import type { Session } from '../session.ts';
import { DoorFile, keptDoors } from './door-file.ts';
import type { DoorName } from './door-file.ts';

/** A door that is open, with what its screen needs. */
export interface OpenDoor {
  door: Door;
  file: DoorFile;
  /** Of the theater. */
  zone: string;
  /** How many have come; undefined while the server does not respond. */
  counts: Pick<CheckInPage, 'expected' | 'admitted' | 'inside'> | undefined;
}

interface DoorFlags extends DoorName {
  gate: string | undefined;
  /** Called when the prompt may look different. */
  onChange: () => void;
}

const outages: ReadonlySet<string> = new Set(['NETWORK_ERROR', 'TIMEOUT', 'UNAVAILABLE']);

function isOutage(error: unknown): boolean {
  return isMatineeError(error) && outages.has(error.code);
}

/**
 * The id of the showtime that a text names. When the server does not respond, the end of the id of a
 * show whose list this machine has kept.
 *
 * @throws CliError, MatineeError
 */
export async function findShow(session: Session, typed: string): Promise<string> {
  try {
    return (await findId(session, 'showtime', typed)).toLowerCase();
  } catch (error) {
    const kept = new Set(keptDoors().map(({ showtimeId }) => showtimeId));
    const [only, ...others] = [...kept].filter((id) => id.endsWith(typed.trim().toLowerCase()));
    if (!isOutage(error) || only === undefined || others.length > 0) {
      throw error;
    }
    return only;
  }
}

/** Loads the list of a show. @throws MatineeError where there is none, or the caller may not admit */
export async function openDoor(
  matinee: Matinee,
  file: DoorFile,
  { showtimeId, deviceId, gate, onChange }: DoorFlags,
): Promise<OpenDoor> {
  const door = new Door({ matinee, showtimeId, deviceId, gate, storage: file, onChange });
  const [, zone, counts] = await Promise.all([
    door.load(),
    zoneOf(matinee, file, showtimeId),
    matinee.checkIns.list({ showtimeId, limit: 1 }).catch(() => undefined),
  ]);
  return { door, file, zone, counts };
}

/** As the server knows it, or as it was kept; at worst that of this machine. */
async function zoneOf(matinee: Matinee, file: DoorFile, showtimeId: string): Promise<string> {
  try {
    const { theater } = await matinee.showtimes.get({ showtimeId });
    file.setItem('zone', theater.timezone);
  } catch {
    // Whether the door opens at all is up to the list.
  }
  return file.getItem('zone') ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * Uploads what other doors of this machine have kept: of a show that ended while there was no network.
 * Removes the files that are no longer needed.
 */
export async function uploadOthers(
  matinee: Matinee,
  { showtimeId, deviceId }: DoorName,
): Promise<Synced[]> {
  const synced: Synced[] = [];
  for (const name of keptDoors()) {
    const isThis = name.showtimeId === showtimeId && name.deviceId === deviceId;
    const file = isThis ? undefined : openIfFree(name);
    if (file) {
      synced.push(await uploadKept(matinee, file, name).finally(() => file.close()));
    }
  }
  return synced;
}

/** Undefined while another process has it open, which uploads its scans itself. */
function openIfFree(name: DoorName): DoorFile | undefined {
  try {
    return new DoorFile(name);
  } catch (error) {
    if (error instanceof CliError) {
      return undefined;
    }
    throw error;
  }
}

async function uploadKept(matinee: Matinee, file: DoorFile, name: DoorName): Promise<Synced> {
  const door = new Door({ matinee, ...name, storage: file });
  const isOver = door.manifest === undefined || door.manifest.endTime < new Date();
  const synced = door.waiting > 0 ? await door.sync() : { uploaded: 0, wrong: [], conflicts: [] };
  if (isOver && door.waiting === 0) {
    file.remove();
  }
  return synced;
}
