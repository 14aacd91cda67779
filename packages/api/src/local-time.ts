/*
 * The one clock for days: every local date of a show comes from the runtime's table of time zones,
 * which the command and browsers use as well. The database's table may be older, and reads names such
 * as CET as abbreviations.
 */

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * An instant on the clock of a time zone, as PostgreSQL reads a `timestamp`:
 * `2026-12-05 00:30:00.000`.
 *
 * @throws RangeError for a zone that the runtime does not know
 */
export function localTimeOf(instant: Date, zone: string): string {
  const parts = formatOf(zone).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((each) => each.type === type)?.value ?? '';
  const date = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  const milliseconds = String(instant.getUTCMilliseconds()).padStart(3, '0');
  return `${date} ${part('hour')}:${part('minute')}:${part('second')}.${milliseconds}`;
}

/** A day in a time zone: `2026-12-05`. @throws as `localTimeOf` */
export function localDateOf(instant: Date, zone: string): string {
  return localTimeOf(instant, zone).slice(0, 10);
}

const dayMs = 24 * 60 * 60_000;

/**
 * The instants at which a clock in a time zone shows a time, earliest first. Usually there is one; none
 * where the clocks are set forward over it, and two where they are set back.
 *
 * @param local `2026-12-05 19:30`
 * @throws RangeError for a zone that the runtime does not know
 */
export function instantsAt(local: string, zone: string): Date[] {
  const asUtc = Date.parse(`${local.replace(' ', 'T')}Z`);
  const candidates = [asUtc - offsetAt(asUtc - dayMs, zone), asUtc - offsetAt(asUtc + dayMs, zone)];
  return [...new Set(candidates)]
    .filter((at) => at + offsetAt(at, zone) === asUtc)
    .toSorted((a, b) => a - b)
    .map((at) => new Date(at));
}

/**
 * The instant of a time that the clocks are set forward over: as long after the change as the time is
 * after the beginning of the hour that is left out, as if the clocks had not been changed.
 */
export function shiftedInstantAt(local: string, zone: string): Date {
  const asUtc = Date.parse(`${local.replace(' ', 'T')}Z`);
  return new Date(asUtc - offsetAt(asUtc - dayMs, zone));
}

/** How far the clocks of a zone are ahead of UTC, in milliseconds. */
function offsetAt(milliseconds: number, zone: string): number {
  return (
    Date.parse(`${localTimeOf(new Date(milliseconds), zone).replace(' ', 'T')}Z`) - milliseconds
  );
}

/** Whether a text is the IANA name of a zone that the runtime knows; an offset is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) {
    return false;
  }
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Kept, because making one takes a hundred times as long as using it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format;
}
