import type { Matinee } from '@matinee/sdk';
import { Door } from '@matinee/sdk/door';
import type { Synced, Verdict } from '@matinee/sdk/door';
import { Incidents } from './incidents.ts';
import { LastEntry } from './last-entry.ts';
import type { Entry } from './last-entry.ts';
import { ListTime } from './list-time.ts';
import { OtherShows } from './other-shows.ts';
import type { DeviceNames, Place } from './place.ts';
import { seatOf } from './seat.ts';
import { isGoingIn } from './verdict-words.ts';

/** How long after an upload the next one follows, in milliseconds. */
const betweenSyncsMs = 4_000;

/** What the keeper of a door works with. */
export interface KeeperOptions {
  matinee: Matinee;
  place: Place;
  names: DeviceNames;
  /** Told when anything has changed that the screen shows. */
  onChange: () => void;
  /** Told why the list could not be loaded or the scans not uploaded; `undefined`: they were. */
  onTrouble: (error: unknown) => void;
}

/** An entry has not reached the server, so that nobody can take it back there. */
export class NotUploaded extends Error {}

/** Runs the door of one show: judges, uploads every few seconds, and takes back. */
export class Keeper {
  readonly door: Door;
  readonly incidents = new Incidents();
  readonly #options: KeeperOptions;
  readonly #last: LastEntry;
  readonly #listTime: ListTime;
  readonly #others: OtherShows;
  readonly #closing = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: KeeperOptions) {
    const { matinee, place, names } = options;
    const { showtimeId } = place;
    this.#options = options;
    this.door = new Door({
      matinee,
      showtimeId,
      deviceId: names.deviceId,
      gate: names.gate || undefined,
      storage: localStorage,
      onChange: () => this.#changed(),
    });
    this.#last = new LastEntry(showtimeId);
    this.#listTime = new ListTime(showtimeId, this.door.manifest);
    this.#others = new OtherShows(matinee, place.showtimeId);
  }

  /** What may be taken back; undefined after a holder has left. */
  get lastEntry(): Entry | undefined {
    return this.#last.entry;
  }

  /** Scans that wait for their upload, those of earlier shows too. */
  get waiting(): number {
    return this.door.waiting + this.#others.waiting;
  }

  /** When the list of tickets was loaded. */
  get listedAt(): Date | undefined {
    return this.#listTime.at;
  }

  open(): void {
    const { signal } = this.#closing;
    // Both are a reason to look whether the server responds.
    for (const type of ['online', 'offline']) {
      addEventListener(type, () => void this.sync(), { signal });
    }
    void this.sync();
  }

  close(): void {
    this.#closing.abort();
    clearTimeout(this.#timer);
  }

  /** @throws MatineeError as `Door.scan` */
  async scan(code: string, type: Verdict['type']): Promise<Verdict> {
    const verdict = await this.door.scan(code, type);
    if (verdict.result === 'admitted') {
      this.#last.entry = isGoingIn(verdict) ? verdict : undefined;
    }
    return verdict;
  }

  /** Uploads what waits, and loads the list again; afterwards every few seconds. */
  async sync(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const note = (synced: Synced) => this.incidents.add(synced, this.#options.place.timeZone);
      note(await this.door.sync());
      if (this.door.isOnline) {
        await this.#others.sync(note);
      }
      this.#options.onTrouble(undefined);
    } catch (error) {
      this.#options.onTrouble(error);
    }
    this.#changed();
    clearTimeout(this.#timer);
    if (!this.#closing.signal.aborted) {
      this.#timer = setTimeout(() => void this.sync(), betweenSyncsMs);
    }
  }

  /**
   * Takes an entry back.
   *
   * @throws NotUploaded for an entry that waits for its upload
   * @throws MatineeError
   */
  async undo(entry: Entry, reason: string): Promise<void> {
    const checkInId = entry.checkInId ?? (await this.#uploaded(entry));
    if (checkInId === undefined) {
      throw new NotUploaded();
    }
    await this.door.undo(checkInId, reason);
    const last = this.lastEntry;
    if (last?.seat === entry.seat && last.reference === entry.reference) {
      this.#last.entry = undefined;
    }
    this.#changed();
  }

  /** The id that the server gave an entry of this device which was judged offline. */
  async #uploaded({ seat, reference }: Entry): Promise<string | undefined> {
    const { matinee, place, names } = this.#options;
    const { items } = await matinee.checkIns.list({ showtimeId: place.showtimeId, limit: 100 });
    return items.find(
      (each) =>
        each.deviceId === names.deviceId &&
        each.reference === reference &&
        each.type === 'entry' &&
        each.result === 'admitted' &&
        each.undoneAt === null &&
        each.seat !== null &&
        seatOf(each.seat) === seat,
    )?.id;
  }

  #changed(): void {
    this.#listTime.note(this.door.manifest);
    this.#options.onChange();
  }
}
