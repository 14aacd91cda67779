import type { SnapshotStore } from '../src/shared-snapshots.ts';

/** A store of snapshots in this process, with a clock of its own that stands still. */
export class MemoryStore implements SnapshotStore {
  /** What is kept, with the end of its time. */
  readonly values = new Map<string, { value: string; endMs: number }>();
  /** Milliseconds. */
  clock = 1_000_000;
  isAway = false;

  async find(key: string) {
    const kept = this.values.get(key);
    const value = kept && kept.endMs > this.clock ? kept.value : undefined;
    return this.isAway ? undefined : { value, storeMs: this.clock };
  }

  async claim(key: string, ms: number): Promise<boolean> {
    const isTaken = (this.values.get(key)?.endMs ?? 0) > this.clock;
    if (!isTaken && !this.isAway) {
      this.values.set(key, { value: '', endMs: this.clock + ms });
    }
    return !isTaken && !this.isAway;
  }

  put(key: string, value: string, ms: number): void {
    if (!this.isAway) {
      this.values.set(key, { value, endMs: this.clock + ms });
    }
  }

  /** The snapshots, without the claims. */
  get snapshots(): [key: string, value: string][] {
    return [...this.values].flatMap(([key, { value }]) => (value === '' ? [] : [[key, value]]));
  }
}
