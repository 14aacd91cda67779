import type { Shift, Site } from '@matinee/sdk';
import { details } from './details.ts';
import type { Paint } from './paint.ts';
import { shortId } from './short-id.ts';
import { table } from './table.ts';
import type { Column } from './table.ts';
import { localTime, zoneName } from './time.ts';

type Line = Shift['lines'][number];

/** The tenders as a clerk knows them. */
export const tenderNames: Readonly<Record<Line['tender'], string>> = {
  cash: 'cash',
  card_terminal: 'card terminal',
  comp: 'complimentary',
  invoice: 'invoice',
};

/** Formats a shift: its facts, then a row for each tender. */
export function showShift(
  shift: Shift,
  sites: readonly Site[],
  drawing: { paint: Paint; width: number | undefined },
): string {
  const site = sites.find(({ id }) => id === shift.siteId);
  const zone = site?.timezone ?? 'UTC';
  const timeOf = (instant: Date | null) =>
    instant && `${localTime(instant, zone)} ${zoneName(instant, zone)}`;
  const facts = details(
    [
      ['Site', site?.name ?? shortId(shift.siteId)],
      ['Clerk', shift.operator.email],
      ['Opened', timeOf(shift.openedAt)],
      ['Closed', timeOf(shift.closedAt)],
      ['Float', `${shift.float} ${shift.currency}`],
      ['Id', shift.id],
    ],
    drawing.paint,
  );
  return `${facts}\n\n${table(columnsOf(shift, drawing.paint), shift.lines, drawing)}`;
}

function columnsOf({ closedAt }: Shift, paint: Paint): Column<Line>[] {
  const counted: Column<Line>[] = [
    { title: 'COUNTED', value: (line) => line.counted, align: 'right' },
    {
      title: 'DIFFERENCE',
      value: (line) => line.difference,
      align: 'right',
      paint: (text, { difference }) => differenceBrush(difference, paint)(text),
    },
  ];
  return [
    { title: 'TENDER', value: ({ tender }) => tenderNames[tender] },
    { title: 'SOLD', value: (line) => line.sold, align: 'right' },
    { title: 'PAID OUT', value: (line) => line.refunded, align: 'right' },
    ...(closedAt === null ? [] : counted),
  ];
}

function differenceBrush(difference: string | null, paint: Paint): (text: string) => string {
  if (difference === null) {
    return (text) => text;
  }
  return isZero(difference) ? paint.green : paint.red;
}

/** `Cash is 0.50 EUR short.`, a sentence for each tender that was counted. */
export function differenceLines({ lines, currency }: Shift): string[] {
  return lines.flatMap(({ tender, difference }) => {
    if (difference === null) {
      return [];
    }
    const name = tenderNames[tender];
    const subject = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const amount = `${difference.replace('-', '')} ${currency}`;
    const state = difference.startsWith('-') ? `${amount} short` : `${amount} over`;
    return [`${subject} is ${isZero(difference) ? 'right' : state}.`];
  });
}

function isZero(amount: string): boolean {
  return Number(amount) === 0;
}
