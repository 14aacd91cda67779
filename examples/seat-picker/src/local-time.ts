import type { Showtime } from '@matinee/sdk';
import { locale } from './locale.ts';

/** An instant and the IANA name of the zone whose clocks count. */
export interface Moment {
  instant: Date;
  timeZone: string;
}

const dayMs = 86_400_000;

/** The start of a show, by the clock in its theater. */
export function startOf({ startTime, theater }: Pick<Showtime, 'startTime' | 'theater'>): Moment {
  return { instant: startTime, timeZone: theater.timezone };
}

/** A day or a time by the clock in the theater, wherever the customer is. */
export function localTime(
  { instant, timeZone }: Moment,
  options: Intl.DateTimeFormatOptions,
): string {
  return instant.toLocaleString(locale, { ...options, timeZone });
}

/** "7:15 PM" */
export function localHour(moment: Moment): string {
  return localTime(moment, { timeStyle: 'short' });
}

/** The calendar date in the zone: "2026-11-29". */
export function localDate({ instant, timeZone }: Moment): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone }).format(instant);
}

/** "EST" */
export function zoneName({ instant, timeZone }: Moment): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' });
  return format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** Whether times need their zone: the theaters' clocks differ, or the customer's is another one. */
export function needZones(moments: Moment[]): boolean {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const names = moments.flatMap((moment) => [zoneName(moment), zoneName({ ...moment, timeZone })]);
  return new Set(names).size > 1;
}

/** "Sunday, November 29 at 7:15 PM", with the zone if it is not the customer's. */
export function longTime(moment: Moment): string {
  const options: Intl.DateTimeFormatOptions = {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: 'numeric',
    minute: '2-digit',
  };
  return localTime(moment, needZones([moment]) ? { ...options, timeZoneName: 'short' } : options);
}

/** The date some days later: "2026-11-30". */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}

/** A calendar date in words. It has no zone. */
export function dateWords(date: string, options: Intl.DateTimeFormatOptions): string {
  return localTime({ instant: new Date(date), timeZone: 'UTC' }, options);
}

/** "9:58" */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
