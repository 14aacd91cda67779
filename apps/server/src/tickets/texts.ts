import type { PrintedTicket, TicketSheet } from '@matinee/api';
import { covers, printable } from './coverage.ts';
import type { TicketFonts } from './fonts.ts';
import { labelsIn } from './labels.ts';
import type { Labels } from './labels.ts';

/** Everything on one page, as it is written there. */
export interface TicketTexts {
  labels: Labels;
  movie: string;
  site: string;
  address: string | null;
  theater: string;
  date: string;
  time: string;
  zone: string;
  row: string;
  seat: string;
  ticketType: string;
  price: string;
  reference: string;
  age: string | null;
  proof: string | null;
  /** What is in the QR code. */
  code: string;
}

/**
 * Formats the page of one seat for the customer's language. What the fonts lack in that language,
 * such as a Japanese date without a Japanese font, is written in English.
 */
export function ticketTexts(
  sheet: TicketSheet,
  ticket: PrintedTicket,
  fonts: TicketFonts,
): TicketTexts {
  const locale = supported(sheet.locale);
  const labels = labelsIn(locale, (text) => covers(text, fonts));
  const say = (write: (locale: string) => string) => {
    const text = write(locale);
    return covers(text, fonts) ? text : write('en');
  };
  return {
    labels,
    movie: sheet.movie,
    site: sheet.site,
    address: sheet.address,
    theater: sheet.theater,
    date: say((language) => dateOf(sheet, language)),
    time: say((language) => timeOf(sheet, language)),
    zone: say((language) => zoneOf(sheet, language)),
    row: ticket.rowLabel,
    seat: String(ticket.seatNumber),
    ticketType: ticket.ticketType,
    price: priceOf(ticket.price, sheet.currency, { locale, fonts }),
    reference: sheet.reference,
    age: sheet.minimumAge === null ? null : labels.age(sheet.minimumAge),
    proof: ticket.needsProof ? labels.proof : null,
    code: ticket.code,
  };
}

/** The same page without a character that no font has. The QR code stays as it is. */
export function printableTexts(texts: TicketTexts, fonts: TicketFonts): TicketTexts {
  const entries = Object.entries(texts).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' && name !== 'code' ? printable(value, fonts) : value,
  ]);
  return Object.fromEntries(entries) as TicketTexts;
}

/** A language that the formats know; English for a tag that is none. */
export function supported(locale: string | null): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale ?? 'en')[0] ?? 'en';
  } catch {
    return 'en';
  }
}

const dateOf = ({ startTime, timezone: timeZone }: TicketSheet, locale: string) =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone }).format(startTime);

const timeOf = ({ startTime, endTime, timezone: timeZone }: TicketSheet, locale: string) => {
  const format = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone });
  // A range of instants on two days would repeat the date.
  return `${format.format(startTime)} – ${format.format(endTime)}`;
};

function zoneOf({ startTime, timezone: timeZone }: TicketSheet, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'long' });
  const parts = format.formatToParts(startTime);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}

/** Exact: the digits are those of the decimal string, also where a currency has fewer by custom. */
function priceOf(
  price: string,
  currency: string,
  { locale, fonts }: { locale: string; fonts: TicketFonts },
): string {
  const write = (language: string, currencyDisplay: 'symbol' | 'code') =>
    new Intl.NumberFormat(language, {
      style: 'currency',
      currency,
      currencyDisplay,
      maximumFractionDigits: 20,
    }).format(price as Intl.StringNumericLiteral);
  const choices = [write(locale, 'symbol'), write('en', 'symbol')];
  return choices.find((text) => covers(text, fonts)) ?? write('en', 'code');
}
