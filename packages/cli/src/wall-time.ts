import { Temporal } from 'temporal-polyfill';
import { usageError } from './failure.ts';
import { knownZone } from './output/time.ts';

/**
 * The instants at which the clocks of a place show a date and time: one as a rule, none in the
 * hour that daylight saving leaves out, two in the hour that it repeats.
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
  // In the hour that is left out, Temporal answers with a time before or after it.
  if (!first.toPlainDateTime().equals(clock)) {
    return [];
  }
  return (first.equals(last) ? [first] : [first, last]).map(
    ({ epochMilliseconds }) => new Date(epochMilliseconds),
  );
}

/** The one instant of a local time. One that does not exist, or exists twice, is refused. */
export function instantOf(date: string, time: string, zone: string): Date {
  const [instant, second] = instantsOf(date, time, zone);
  if (!instant) {
    throw usageError(
      `There is no ${time} on ${date} in ${zone}.`,
      'The clocks skip it there, or there is no such day.',
    );
  }
  if (second) {
    throw usageError(
      `${time} on ${date} comes twice in ${zone}: the clocks are set back.`,
      `Give it with its offset: ${withOffset(instant, zone)} or ${withOffset(second, zone)}.`,
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
