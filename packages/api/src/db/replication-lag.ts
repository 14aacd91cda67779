/** Where a server's journal (WAL) ended at a moment. */
interface Sample {
  /** In milliseconds, by the clock of this process. */
  at: number;
  /** In bytes. */
  position: number;
}

/** How far a replica has come. */
export interface ReplicaPosition {
  /** The end of what it has replayed, in bytes. */
  position: number;
  /** Since the newest transaction that it has replayed, in seconds; it grows while nothing is written. */
  sinceTransaction: number | null;
}

const keptMs = 120_000;

/**
 * How far replicas lag behind, in seconds. A number of bytes says nothing about time, and the time of
 * the newest replayed transaction says nothing while nobody writes: so the positions of the primary
 * are kept, and a replica lags since the first of them that it has not reached.
 */
export class ReplicationLag {
  #samples: Sample[] = [];

  /** Notes where the primary's journal ends. */
  note(position: number, at: number): void {
    // A new primary may have less than the one before.
    const valid = this.#samples.filter((each) => each.position <= position);
    this.#samples = [...valid, { at, position }].filter((each) => at - each.at <= keptMs);
  }

  /** Seconds between what the replica has and `now`, in milliseconds; zero when it lacks nothing known. */
  secondsOf({ position, sinceTransaction }: ReplicaPosition, now: number): number {
    const missing = this.#samples.find((each) => each.position > position);
    if (!missing) {
      return 0;
    }
    const known = (now - missing.at) / 1_000;
    // It lacked that before this process began to look.
    return missing === this.#samples[0] ? Math.max(known, sinceTransaction ?? 0) : known;
  }
}
