/** The bounds of the server, so that `--dry-run` reports the same refusals. */
const longest = { title: 255, genre: 100, description: 5_000, contentRating: 20 } as const;
const longestMinutes = 1_440;

/** Reads text within its bounds. Adds a problem to the faults. */
export function readText(
  key: keyof typeof longest,
  value: unknown,
  faults: string[],
): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  const what = key === 'contentRating' ? 'content rating' : key;
  if (typeof value === 'object') {
    faults.push(`${what} must be text`);
    return undefined;
  }
  const text = String(value).trim();
  if (text.length > longest[key]) {
    faults.push(`${what} must have at most ${longest[key]} characters, and has ${text.length}`);
    return undefined;
  }
  if (text.includes('\0') || !text.isWellFormed()) {
    faults.push(`${what} contains characters that cannot be stored`);
    return undefined;
  }
  return text;
}

/** Reads whole minutes: `112`, `112.0`, `112 min`. */
export function readDuration(value: unknown, faults: string[]): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  const text = String(value).trim();
  const isWhole = /^\d{1,9}(\.0+)?( ?min(utes)?\.?)?$/i.test(text);
  const minutes = isWhole ? Number.parseInt(text, 10) : Number.NaN;
  if (minutes >= 1 && minutes <= longestMinutes) {
    return minutes;
  }
  faults.push(`duration "${excerpt(text)}" must be 1 to ${longestMinutes} whole minutes`);
  return undefined;
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** Reads `1998-06-12` and `Jun 12 1998`. Two digits of a year would not name the century. */
export function readDate(value: unknown, faults: string[]): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  const text = String(value).trim();
  const words = /^([a-z]{3}) (\d{1,2}) (\d{4})$/i.exec(text.replace(/\s+/g, ' '));
  const month = months.indexOf(words?.[1]?.toLowerCase() ?? '') + 1;
  const date = words
    ? `${words[3]}-${String(month).padStart(2, '0')}-${words[2]?.padStart(2, '0')}`
    : text;
  if (isDay(date)) {
    return date;
  }
  faults.push(`release date "${excerpt(text)}" must be a date: YYYY-MM-DD or Mon D YYYY`);
  return undefined;
}

function isDay(date: string): boolean {
  if (!/^(1[89]|20|21)\d{2}-\d{2}-\d{2}$/.test(date)) {
    return false;
  }
  const instant = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(date);
}

/** The beginning of a text, short enough for a sentence. */
export function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
