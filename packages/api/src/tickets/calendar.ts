import { languageOf } from '../language/language.ts';
import type { SoldReservation } from './list.ts';

/** Lines are folded at this many bytes (RFC 5545, 3.1). */
const longestLine = 75;

const productId = '-//Matinee//Tickets//EN';

/**
 * The show of a reservation as an iCalendar file (RFC 5545). Times are in UTC: every calendar shows them
 * in its own zone, and a zone's rules cannot be told wrong. A later file of the same reservation replaces
 * the event, because its `SEQUENCE` is higher; a reservation that has ended cancels it.
 */
export function calendarOf(reservation: SoldReservation, now: Date): string {
  const { reservationId, reference, movie, theater, site, address } = reservation;
  const seats = reservation.seats.filter(({ isCancelled }) => !isCancelled);
  const places = seats.map(({ rowLabel, seatNumber }) => `${rowLabel}${seatNumber}`).join(', ');
  const { facts, colon } = languageOf(reservation.locale).words;
  const say = (name: string, value: string) => `${name}${colon}${value}`;
  const isOver = reservation.status === 'cancelled';
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:${productId}`,
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${reservationId}@matinee`,
    `SEQUENCE:${reservation.revision}`,
    `DTSTAMP:${utc(now)}`,
    `DTSTART:${utc(reservation.startTime)}`,
    `DTEND:${utc(reservation.endTime)}`,
    `SUMMARY:${escaped(movie)}`,
    `LOCATION:${escaped([theater, site, address ?? ''].filter(Boolean).join(', '))}`,
    `DESCRIPTION:${escaped(`${say(facts.reference, reference)}\n${say(facts.seats(seats.length), places)}`)}`,
    `STATUS:${isOver ? 'CANCELLED' : 'CONFIRMED'}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** `20261025T003000Z`. */
function utc(instant: Date): string {
  return `${instant.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** As a value of type TEXT (RFC 5545, 3.3.11). */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(/\r?\n|\r/g, String.raw`\n`)
    .replaceAll(';', String.raw`\;`)
    .replaceAll(',', String.raw`\,`);
}

/** Cut where a character ends; a continued line begins with a space. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  for (const character of line) {
    if (Buffer.byteLength(part + character) > longestLine) {
      parts.push(part);
      part = ' ';
    }
    part += character;
  }
  return [...parts, part].join('\r\n');
}
