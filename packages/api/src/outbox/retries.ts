const minute = 60;
const hour = 60 * minute;

/**
 * Seconds to wait after each failed attempt. A mail server that is restarted is back within the
 * first; one that is down for a night is within the table, which ends after a day and a half. After
 * the last attempt the delivery is dead: it has failed for good.
 */
const delaysSeconds = [10, minute, 5 * minute, 15 * minute, hour, 3 * hour, 8 * hour, 24 * hour];

/** Seconds until the next attempt; undefined when there is none. */
export function delayAfter(attempts: number): number | undefined {
  return delaysSeconds[attempts - 1];
}

/** A failure that no repetition can mend: the delivery is dead immediately. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
}
