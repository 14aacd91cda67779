import type { Catalogue } from './catalogue.ts';
import { german } from './de.ts';
import { english } from './en.ts';
import { japanese } from './ja.ts';

const catalogues: readonly Catalogue[] = [english, german, japanese];

/** The words and formats of a customer's language. */
export interface Language {
  words: Catalogue;
  /** An instant in a zone: `Friday, December 4, 2026 at 7:30 PM EST`. */
  time: (instant: Date, timeZone: string) => string;
  /** An amount in its currency: `$25.00`. Exact: the decimal string is formatted as it is. */
  amount: (amount: string, currency: string) => string;
}

/**
 * The language of a customer; English for one that mails are not in. The region decides about formats:
 * `de-AT` has Austrian dates.
 *
 * @param tag a BCP 47 tag, as far as it is known; not checked
 */
export function languageOf(tag: string | null): Language {
  const locale = localeOf(tag);
  const words = catalogues.find(({ language }) => language === locale.language) ?? english;
  // Formats of another language between English words would be hard to read.
  const formats = words.language === locale.language ? locale.baseName : words.language;
  return {
    words,
    time: (instant, timeZone) => {
      const date = new Intl.DateTimeFormat(formats, { timeZone, dateStyle: 'full' });
      const time = new Intl.DateTimeFormat(formats, {
        timeZone,
        hour: 'numeric',
        minute: '2-digit',
        timeZoneName: 'short',
      });
      return words.moment(date.format(instant), time.format(instant));
    },
    amount: (amount, currency) => {
      const format = new Intl.NumberFormat(formats, { style: 'currency', currency });
      return format.format(amount as Intl.StringNumericLiteral);
    },
  };
}

/** A tag of the client's, which may be none. */
function localeOf(tag: string | null): Intl.Locale {
  try {
    return new Intl.Locale(tag ?? 'en');
  } catch {
    return new Intl.Locale('en');
  }
}
