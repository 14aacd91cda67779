import { asText, excerpt } from './excerpt.ts';

/*
 * A release date as precisely as a row gives it: `1998-06-12`, `1998-06` or `1998`. It is the
 * beginning of every date that it stands for.
 */

const monthNames =
  'january february march april may june july august september october november december'.split(
    ' ',
  );

const year = String.raw`(?<year>\d{4})`;
const month = String.raw`(?<month>\d{1,2})`;
const day = String.raw`(?<day>\d{1,2})`;
const name = String.raw`(?<name>[a-z]{3,9})\.?`;
const weekday = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?';
const clock = String.raw`(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?: ?[ap]\.?m\.?)?`;
const zone = String.raw`(?: ?[a-z]{1,4})?(?: ?[+-]\d{2}(?::?\d{2})?)?(?: \(.{1,60}\))?`;
const time = `(?:,?[ t]${clock}${zone})?`;

/** Forms that have one meaning. A time of day is ignored. */
const forms = [
  // 1998, 1998.0
  String.raw`${year}(?:\.0+)?`,
  // 1998-06
  `${year}-${month}`,
  // 1998-06-12, 1998/6/12, 1998-06-12 00:00:00, 1998-06-12T00:00:00Z
  String.raw`${year}(?<mark>[-/.])${month}\k<mark>${day}${time}`,
  // 19980612
  String.raw`${year}(?<month>\d{2})(?<day>\d{2})`,
  // Jun 12 1998, June 12th, 1998
  `${weekday}${name} ${day}(?:st|nd|rd|th)?,? ${year}${time}`,
  // 12 Jun 1998, 12. June 1998, 12-Jun-1998
  String.raw`${weekday}${day}(?:st|nd|rd|th)?\.?[ -]${name},?[ -]${year}${time}`,
  // Jun 1998
  `${name},?[ -]${year}`,
].map((form) => new RegExp(`^${form}$`, 'i'));

/** Countries disagree about the first two numbers. */
const numbers = new RegExp(
  String.raw`^(?<first>\d{1,2})(?<mark>[-/.])(?<second>\d{1,2})\k<mark>${year}${time}$`,
  'i',
);

/** Reads a date, a month or a year. Two digits of a year would not name the century. */
export function readDate(value: unknown, faults: string[]): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  const text = asText(value).trim().replace(/\s+/g, ' ');
  const [found, other] = datesIn(text);
  if (found !== undefined && other === undefined) {
    return found;
  }
  faults.push(
    `release date "${excerpt(text)}" ${
      other === undefined
        ? 'must be a date: YYYY-MM-DD or Mon D YYYY'
        : `means ${found} or ${other}: write YYYY-MM-DD`
    }`,
  );
  return undefined;
}

/** The first day that a date, a month or a year stands for. */
export function firstDay(date: string): string {
  return `${date}-01-01`.slice(0, 'YYYY-MM-DD'.length);
}

/** The different dates that a text can mean. */
function datesIn(text: string): string[] {
  const dates = readingsOf(text).map(dateOf);
  return [...new Set(dates.filter((date) => date !== undefined))];
}

type Parts = Record<string, string | undefined>;

function readingsOf(text: string): Parts[] {
  for (const form of forms) {
    const groups = form.exec(text)?.groups;
    if (groups) {
      return [groups];
    }
  }
  const { first, second, ...parts } = numbers.exec(text)?.groups ?? {};
  return first === undefined
    ? []
    : [
        { ...parts, day: first, month: second },
        { ...parts, month: first, day: second },
      ];
}

/** The date, as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`. Undefined if it does not exist. */
function dateOf(groups: Parts): string | undefined {
  const { year: years = '', day: days } = groups;
  const number = groups['name'] === undefined ? groups['month'] : monthNumber(groups['name']);
  const date = [years, number, days]
    .filter((part) => part !== undefined)
    .map((part) => part.padStart(2, '0'))
    .join('-');
  return isDay(firstDay(date)) ? date : undefined;
}

/** The number of `Jun`, `June` or `Sept`. An unknown name has 0, and there is no such month. */
function monthNumber(text: string): string {
  const word = text.toLowerCase();
  return String(monthNames.findIndex((each) => each.startsWith(word)) + 1);
}

function isDay(date: string): boolean {
  if (!/^(1[89]|20|21)\d{2}-\d{2}-\d{2}$/.test(date)) {
    return false;
  }
  const instant = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(date);
}
