/** The result of one check. */
export interface Check {
  name: string;
  state: 'ok' | 'warning' | 'failed' | 'skipped';
  found: string;
  /** What the user can do about it. */
  advice?: string;
}

/** How long the health pages may take to respond. */
export const patienceMs = 5_000;

/** What to do if a part of the server has a problem. */
export const advice = {
  database: 'Check that PostgreSQL is running, and check DATABASE_URL.',
  migrations: 'Restart the server. It applies migrations when it starts.',
  jobs: 'Run at least one server with JOBS=on, and check its log.',
  disk: 'Free some space on the disk of DATA_DIR.',
  replicas: 'Lists and reports are read from the primary. Check the replication.',
  redis: 'Each server reads the database by itself. Check Redis, and REDIS_URL.',
} as const;

/** A larger difference confuses people who compare clocks, and shifts start times on the screen. */
const clockToleranceMs = 5_000;

/** @param differenceMs how far the server's clock is ahead of this one */
export function judgeClock(differenceMs: number): Check {
  const seconds = Math.abs(differenceMs / 1_000).toFixed(1);
  const relation = differenceMs > 0 ? 'behind' : 'ahead of';
  const found = `this machine is ${seconds} s ${relation} the server`;
  return Math.abs(differenceMs) > clockToleranceMs
    ? {
        name: 'clock',
        state: 'warning',
        found,
        advice: 'Synchronise the clock of this machine, for example with NTP.',
      }
    : { name: 'clock', state: 'ok', found };
}
