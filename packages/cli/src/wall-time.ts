import { Temporal } from 'temporal-polyfill';
import { usageError } from './failure.ts';
import { knownZone } from './output/time.ts';

/**
 * The instants of a local date and time. Usually there is one. There is none in the hour that
 * daylight saving skips, and there are two in the hour that it repeats.
 */
export function instantsOf(date: string, time: string, zone: string): Date[] {
  const clock = readClock(date, time);
  if (!clock) {
    return [];
  }
  const at = (disambiguation: 'earlier' | 'later') =>
    clock.toZonedDateTime(knownZone(zone), { disambiguation });
  const first = at('earlier');
  const last = at('later');
  // For a time in the skipped hour, Temporal returns a time before or after that hour.
  if (!first.toPlainDateTime().equals(clock)) {
    return [];
  }
  return (first.equals(last) ? [first] : [first, last]).map(
    ({ epochMilliseconds }) => new Date(epochMilliseconds),
  );
}

/** The instant of a local time. @throws CliError if the time does not exist or occurs twice */
export function instantOf(date: string, time: string, zone: string): Date {
  const [instant, second] = instantsOf(date, time, zone);
  if (!instant) {
    throw usageError(
      `${date} ${time} does not exist in ${zone}.`,
      'The clocks skip this time, or the date is wrong. Choose another time.',
    );
  }
  if (second) {
    throw usageError(
      `${date} ${time} occurs twice in ${zone}, because the clocks are set back.`,
      `Add the offset: ${withOffset(instant, zone)} or ${withOffset(second, zone)}.`,
    );
  }
  return instant;
}

/** `2026-10-25T02:30+02:00`. */
export function withOffset(instant: Date, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toString({
    timeZone: knownZone(zone),
    smallestUnit: 'minute',
  });
}

function readClock(date: string, time: string): Temporal.PlainDateTime | undefined {
  try {
    return Temporal.PlainDateTime.from(`${date}T${time}`);
  } catch {
    return undefined;
  }
}
