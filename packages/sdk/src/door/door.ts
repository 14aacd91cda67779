import type { Matinee } from '../api.ts';
import { newIdempotencyKey } from '../call.ts';
import { isMatineeError } from '../errors.ts';
import type { Manifest, UploadedScans } from '../types.ts';
import { judge } from './judge.ts';
import { DoorMemory } from './memory.ts';
import type { DoorStorage, QueuedScan } from './memory.ts';
import type { Verdict } from './verdict.ts';

/** A door of one show. */
export interface DoorOptions {
  /** Signed in as somebody who may check in at the show's site. */
  matinee: Pick<Matinee, 'checkIns'>;
  showtimeId: string;
  /** The name of this device, of your choice; the same one after a restart. */
  deviceId: string;
  /** The name of the door. */
  gate?: string | undefined;
  /** Keeps the manifest and the scans over a restart, such as `localStorage`; by default nothing does. */
  storage?: DoorStorage | undefined;
  /** How long a scan waits for the server before this device judges it, in milliseconds. */
  patienceMs?: number | undefined;
  /** Told when anything has changed that a screen shows. */
  onChange?: (() => void) | undefined;
}

/** What came of an upload. */
export interface Synced {
  /** How many scans were uploaded. */
  uploaded: number;
  /** Those that this device let in, and the server would not have. */
  wrong: UploadedScans['results'];
  /** Tickets with which more than one person went in. */
  conflicts: UploadedScans['conflicts'];
}

const mostScans = 500;
const defaultPatienceMs = 2_000;

/** Failures after which this device judges by itself. */
const outages: ReadonlySet<string> = new Set([
  'NETWORK_ERROR',
  'TIMEOUT',
  'UNAVAILABLE',
  'RATE_LIMITED',
  'INTERNAL_ERROR',
  'BAD_RESPONSE',
]);

/**
 * Judges tickets at a door: by the server while it responds, and by the manifest while it does not. What
 * was judged here is uploaded by `sync`, which also looks whether the server responds again: call it
 * every few seconds.
 *
 * @example
 * ```ts
 * import { createMatinee } from '@matinee/sdk';
 * import { Door } from '@matinee/sdk/door';
 *
 * const token = () => localStorage.getItem('token');
 * const matinee = createMatinee({ url: 'http://127.0.0.1:8000', token });
 * const door = new Door({ matinee, showtimeId: '01a2…', deviceId: 'east-1' });
 * await door.load();
 * const verdict = await door.scan('K7Q2M9XD A12');
 * console.log(verdict.result, verdict.seat);
 * ```
 */
export class Door {
  readonly #options: DoorOptions;
  readonly #memory: DoorMemory;
  #isOnline = true;
  #syncing: Promise<Synced> | undefined;

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#memory = new DoorMemory(options.showtimeId, options.storage);
  }

  /** What this device knows of the show; undefined before the first `load`. */
  get manifest(): Manifest | undefined {
    return this.#memory.manifest;
  }

  /** Whether the last call reached the server. */
  get isOnline(): boolean {
    return this.#isOnline;
  }

  /** How many scans wait for their upload. */
  get waiting(): number {
    return this.#memory.queue.length;
  }

  /** How many holders are inside, as far as this device knows. */
  get inside(): number {
    return this.#memory.inside;
  }

  /**
   * Loads the manifest. When the server does not respond, one that was kept goes on serving.
   *
   * @throws MatineeError when there is none, or the caller may not check in here
   */
  async load(): Promise<void> {
    const { matinee, showtimeId } = this.#options;
    const { step } = this.#memory;
    try {
      this.#memory.keepManifest(await matinee.checkIns.manifest({ showtimeId }), step);
      this.#isOnline = true;
    } catch (error) {
      if (isOutage(error)) {
        this.#isOnline = false;
      }
      if (!isOutage(error) || !this.#memory.manifest) {
        throw error;
      }
    }
    this.#changed();
  }

  /**
   * Judges a code, or a reference and a seat that somebody typed.
   *
   * @param type `exit` when the holder leaves
   * @throws MatineeError for a reference of several seats, or when the caller may not check in here
   */
  async scan(code: string, type: 'entry' | 'exit' = 'entry'): Promise<Verdict> {
    const { gate, deviceId, showtimeId } = this.#options;
    const nonce = newIdempotencyKey();
    const named = gate === undefined ? {} : { gate };
    const scan = { code: code.trim(), showtimeId, deviceId, nonce, type, ...named };
    const verdict = (await this.#ask(scan)) ?? (await this.#judge({ ...scan, at: new Date() }));
    this.#changed();
    return verdict;
  }

  /**
   * Takes an entry back that the server has judged.
   *
   * @throws MatineeError
   */
  async undo(checkInId: string, reason: string): Promise<void> {
    await this.#options.matinee.checkIns.undo({ checkInId, reason });
    await this.load();
  }

  /**
   * Uploads what was judged here, and loads the manifest again. While it runs, further calls wait for it.
   *
   * @throws MatineeError when the caller may not check in here; when the server does not respond,
   * nothing is uploaded, and nothing is lost
   */
  sync(): Promise<Synced> {
    this.#syncing ??= this.#sync().finally(() => {
      this.#syncing = undefined;
      this.#changed();
    });
    return this.#syncing;
  }

  async #sync(): Promise<Synced> {
    const synced: Synced = { uploaded: 0, wrong: [], conflicts: [] };
    try {
      while (this.#memory.queue.length > 0) {
        const scans = this.#memory.queue.slice(0, mostScans);
        const sent = { sentAt: new Date(), scans: scans.map(({ ticketId: _id, ...scan }) => scan) };
        // Not sent again by itself: `sentAt` would be of an earlier attempt.
        const once = { retries: 0 };
        const { results, conflicts } = await this.#options.matinee.checkIns.upload(sent, once);
        this.#memory.forget(scans);
        synced.uploaded += scans.length;
        const wrong = results.filter(
          ({ result }, index) => result !== 'admitted' && scans[index]?.refused === undefined,
        );
        synced.wrong.push(...wrong);
        synced.conflicts.push(...conflicts);
      }
    } catch (error) {
      if (!isOutage(error)) {
        throw error;
      }
      this.#isOnline = false;
      return synced;
    }
    await this.load();
    return synced;
  }

  /** The server's verdict; undefined when it does not respond. */
  async #ask(scan: Omit<QueuedScan, 'at' | 'ticketId' | 'refused'>): Promise<Verdict | undefined> {
    if (!this.#isOnline) {
      return undefined;
    }
    const { matinee, patienceMs = defaultPatienceMs } = this.#options;
    try {
      const once = { retries: 0, timeoutMs: patienceMs };
      const answer = await matinee.checkIns.create(scan, once);
      await this.#memory.noteAnswer(scan.code, answer);
      const { id: checkInId, ...judged } = answer;
      const { rowLabel, seatNumber } = answer.seat ?? {};
      return {
        ...judged,
        seat: rowLabel === undefined ? null : `${rowLabel}${seatNumber}`,
        ticketType: answer.ticketType?.name ?? null,
        checkInId,
        isOffline: false,
      };
    } catch (error) {
      if (!isOutage(error)) {
        throw error;
      }
      this.#isOnline = false;
      return undefined;
    }
  }

  async #judge(scan: Omit<QueuedScan, 'ticketId' | 'refused'>): Promise<Verdict> {
    const judged = await judge(scan, this.#memory, this.#options.deviceId);
    this.#memory.keepScan(scan, judged);
    return judged.verdict;
  }

  #changed(): void {
    this.#options.onChange?.();
  }
}

function isOutage(error: unknown): boolean {
  return isMatineeError(error) && outages.has(error.code);
}
