/** One thing that was looked at. */
export interface Check {
  name: string;
  state: 'ok' | 'warning' | 'failed' | 'skipped';
  found: string;
  /** What to do about it. */
  advice?: string;
}

/** How long the server may take to say that it lives. */
export const patienceMs = 5_000;

/** What to do about a part of the server that is not well. */
export const advice = {
  database: 'Look whether PostgreSQL runs, and at DATABASE_URL.',
  migrations: 'Restart the server: it migrates when it starts.',
  jobs: 'One server at least needs JOBS=on; its log says more.',
  disk: 'Make room where DATA_DIR lies.',
} as const;

/** What a person still calls "the same time", and what a countdown survives. */
const clockToleranceMs = 5_000;

/** @param differenceMs how far the server's clock is ahead of this one */
export function judgeClock(differenceMs: number): Check {
  const seconds = Math.abs(differenceMs / 1_000).toFixed(1);
  const relation = differenceMs > 0 ? 'behind' : 'ahead of';
  const found = `this machine is ${seconds} s ${relation} the server`;
  return Math.abs(differenceMs) > clockToleranceMs
    ? { name: 'clock', state: 'warning', found, advice: 'Set the clock, best by NTP.' }
    : { name: 'clock', state: 'ok', found };
}
