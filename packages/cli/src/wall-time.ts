import { usageError } from './failure.ts';
import { wallClock } from './output/time.ts';

const dayMs = 86_400_000;

/**
 * The instants at which the clocks of a place show a date and time: one as a rule, none in the
 * hour that daylight saving leaves out, two in the hour that it repeats.
 */
export function instantsOf(date: string, time: string, zone: string): Date[] {
  const asUtc = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(asUtc)) {
    return [];
  }
  // The offset before and after a change: no zone changes twice within two days.
  const offsets = new Set([-dayMs, 0, dayMs].map((shift) => offsetMs(asUtc + shift, zone)));
  return [...offsets]
    .map((offset) => new Date(asUtc - offset))
    .filter((instant) => {
      const clock = wallClock(instant, zone);
      return clock.date === date && clock.time === time;
    })
    .toSorted((a, b) => a.getTime() - b.getTime());
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
  const { date, time } = wallClock(instant, zone);
  const minutes = Math.round(offsetMs(instant.getTime(), zone) / 60_000);
  const sign = minutes < 0 ? '-' : '+';
  const two = (number: number) => String(Math.floor(Math.abs(number))).padStart(2, '0');
  return `${date}T${time}${sign}${two(minutes / 60)}:${two(minutes % 60)}`;
}

function offsetMs(instant: number, zone: string): number {
  const { date, time, second } = wallClock(new Date(instant), zone);
  return Date.parse(`${date}T${time}:${second}Z`) - Math.floor(instant / 1_000) * 1_000;
}
