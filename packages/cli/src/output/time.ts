const formats = new Map<string, Intl.DateTimeFormat>();
const nameFormats = new Map<string, Intl.DateTimeFormat[]>();

/** An instant in local time: `Sat 2026-07-04 20:00`. */
export function localTime(instant: Date, zone: string): string {
  const { weekday, date, time } = localParts(instant, zone);
  return `${weekday} ${date} ${time}`;
}

/** An instant in local time: `Sat`, `2026-07-04` and `20:00`. */
export function localParts(
  instant: Date,
  zone: string,
): { weekday: string; date: string; time: string } {
  const parts = formatOf(zone).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((each) => each.type === type)?.value ?? '';
  return {
    weekday: part('weekday'),
    date: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
  };
}

/** The short name of a zone at an instant, such as `EST` or `CET`, or its offset, such as `GMT+9`. */
export function zoneName(instant: Date, zone: string): string {
  const names = nameFormatsOf(zone).map(
    (format) => format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value,
  );
  return names.find((name) => name && !/[+\u2212-]/.test(name)) ?? names[0] ?? zone;
}

/** Whether local times need their zone, because there are several. */
export function hasSeveral(zones: Iterable<string | undefined>): boolean {
  return new Set(zones).size > 1;
}

/** `4:07`: the remaining time of a countdown. */
export function minutesAndSeconds(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `in 15 min`, `3 h ago`, and `now` for less than a minute. */
export function relativeTime(instant: Date, now: Date): string {
  const minutes = (instant.getTime() - now.getTime()) / 60_000;
  const amount = Math.abs(minutes);
  if (amount < 1) {
    return 'now';
  }
  const [size, unit] = timeUnits.find(([, , below]) => amount < below) ?? [1_440, 'd'];
  const text = `${Math.round(amount / size)} ${unit}`;
  return minutes > 0 ? `in ${text}` : `${text} ago`;
}

/** A length of time in whole units: `40 s`, `12 min`, `5 h`, `3 d`. */
export function duration(seconds: number): string {
  const minutes = seconds / 60;
  if (minutes < 2) {
    return `${Math.floor(seconds)} s`;
  }
  const [size, unit] = timeUnits.find(([, , below]) => minutes < below) ?? [1_440, 'd'];
  return `${Math.floor(minutes / size)} ${unit}`;
}

/** Minutes of a unit, its name, and the number of minutes from which the next unit is clearer. */
const timeUnits: readonly (readonly [size: number, unit: string, below: number])[] = [
  [1, 'min', 90],
  [60, 'h', 48 * 60],
];

/** Returns the zone, or UTC if this Node does not know the zone. */
export function knownZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/** The dialects of English in which zones have names: America, Europe and Australia. */
const dialects = ['en-US', 'en-GB', 'en-AU'];

function nameFormatsOf(zone: string): Intl.DateTimeFormat[] {
  const known = nameFormats.get(zone);
  if (known) {
    return known;
  }
  const options = { timeZone: knownZone(zone), timeZoneName: 'short' } as const;
  const made = dialects.map((dialect) => new Intl.DateTimeFormat(dialect, options));
  nameFormats.set(zone, made);
  return made;
}

/** Caches formats, because creating one takes far longer than using it. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) {
    return known;
  }
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: knownZone(zone),
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formats.set(zone, format);
  return format;
}
