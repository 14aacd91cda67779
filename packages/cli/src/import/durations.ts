import { asText, excerpt } from './excerpt.ts';

/** The bound of the server, so that `--dry-run` reports the same refusals. */
const longestMinutes = 1_440;

/**
 * Reads whole minutes: `112`, `112.0`, `112 min`, `1h 52min`, `1:52`, `01:52:00`, `PT1H52M`. Seconds
 * count as a minute that has begun. A length of 0 means that the length is not known.
 */
export function readDuration(value: unknown, faults: string[]): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  const text = asText(value).trim();
  const minutes = minutesIn(text);
  if (minutes === 0) {
    return undefined;
  }
  if (minutes !== undefined && minutes <= longestMinutes) {
    return minutes;
  }
  faults.push(`duration "${excerpt(text)}" must be 1 to ${longestMinutes} whole minutes`);
  return undefined;
}

const minuteUnit = String.raw`(?:m|mins?|minutes?)\.?`;
const hourUnit = String.raw`(?:h|hrs?|hours?)\.?`;

/** Each form has the named groups that it needs. */
const forms = [
  // 112, 112.0, 112 min, 112'
  new RegExp(String.raw`^(?<minutes>\d{1,9})(?:\.0+)?\s*(?:${minuteUnit}|['′])?$`, 'i'),
  // 2h, 1h52, 1h 52min, 1 hour, 52 minutes
  new RegExp(
    String.raw`^(?<hours>\d{1,2})\s*${hourUnit}(?:,?\s*(?:and\s+)?(?<rest>\d{1,2})\s*(?:${minuteUnit})?)?$`,
    'i',
  ),
  // 1:52, 01:52:00, 0 days 01:52:00
  /^(?:0 days? )?(?<hours>\d{1,2}):(?<rest>\d{2})(?::(?<seconds>\d{2})(?:\.\d+)?)?$/i,
  // PT1H52M, P0DT1H52M0S, PT112M, PT6720S (ISO 8601)
  /^P(?:0D)?T(?=\d)(?:(?<hours>\d{1,2})H)?(?:(?<minutes>\d{1,9})M)?(?:(?<total>\d{1,9})(?:\.\d+)?S)?$/i,
];

/** The minutes in a text. Undefined if it is not a length. */
function minutesIn(text: string): number | undefined {
  for (const form of forms) {
    const groups = form.exec(text)?.groups;
    if (groups) {
      const of = (name: string) => Number(groups[name] ?? 0);
      const isClock = of('rest') < 60 && of('seconds') < 60;
      const seconds = of('seconds') + of('total');
      const minutes = of('hours') * 60 + of('minutes') + of('rest') + Math.ceil(seconds / 60);
      return isClock ? minutes : undefined;
    }
  }
  return undefined;
}
