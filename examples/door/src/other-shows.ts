import type { Matinee } from '@matinee/sdk';
import { Door } from '@matinee/sdk/door';
import type { Synced } from '@matinee/sdk/door';
import { ListTime } from './list-time.ts';

/** As the SDK names what it keeps of a show. */
const prefix = 'matinee-door:';

/**
 * Shows that were at this door before. Their scans may still wait for the network when staff turn to the
 * next show; what needs no upload is removed.
 */
export class OtherShows {
  readonly #doors: Map<string, Door>;

  /** @param showtimeId the show that is at the door now */
  constructor(matinee: Matinee, showtimeId?: string) {
    const others = keptShows().filter((id) => id !== showtimeId);
    // The queued scans carry the names of the device that made them.
    const open = (id: string) =>
      new Door({ matinee, showtimeId: id, deviceId: 'upload', storage: localStorage });
    this.#doors = new Map(others.map((id) => [id, open(id)]));
    this.#removeUploaded();
  }

  get waiting(): number {
    return [...this.#doors.values()].reduce((sum, { waiting }) => sum + waiting, 0);
  }

  /**
   * Uploads what waits. A show that fails keeps no other from its upload.
   *
   * @throws MatineeError for the first one that failed
   */
  async sync(onSynced?: (synced: Synced) => void): Promise<void> {
    const uploads = await Promise.allSettled([...this.#doors.values()].map((door) => door.sync()));
    this.#removeUploaded();
    for (const upload of uploads) {
      if (upload.status === 'fulfilled') {
        onSynced?.(upload.value);
      }
    }
    const failed = uploads.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') {
      throw failed.reason;
    }
  }

  #removeUploaded(): void {
    for (const [id, { waiting }] of this.#doors) {
      if (waiting === 0) {
        this.#doors.delete(id);
        localStorage.removeItem(`${prefix}${id}`);
        ListTime.forget(id);
      }
    }
  }
}

function keptShows(): string[] {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  return keys.map((key) => key.slice(prefix.length));
}
