import type { Ticket } from '@matinee/sdk';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { localTime } from './time.ts';

/** What the columns of a list of tickets depend on. */
export interface TicketList {
  /** Of the theater. */
  zone: string;
  /** Adds the codes where lines may be of any length. */
  withCodes: boolean;
  paint: Paint;
}

/** The columns of the tickets of a reservation. */
export function ticketLayout({ zone, withCodes, paint }: TicketList): Layout<Ticket> {
  const colours = { valid: paint.green, used: paint.yellow, void: paint.red };
  const code = ({ code: text }: Ticket) => text;
  return {
    noun: 'ticket',
    columns: [
      { title: 'SEAT', value: seatOf },
      { title: 'TICKET', value: ({ ticketType }) => ticketType.name, shrinks: true },
      {
        title: 'STATUS',
        value: ({ status }) => status,
        paint: (text, { status }) => colours[status](text),
      },
      {
        title: 'USED AT',
        value: ({ usedAt }) => usedAt && localTime(usedAt, zone),
        piped: ({ usedAt }) => usedAt,
      },
      ...(withCodes ? [{ title: 'CODE', value: code }] : []),
    ],
    csv: [
      { name: 'seatId', value: ({ seatId }) => seatId },
      { name: 'seat', value: seatOf },
      { name: 'ticketType', value: ({ ticketType }) => ticketType.code },
      { name: 'status', value: ({ status }) => status },
      { name: 'usedAt', value: ({ usedAt }) => usedAt },
      { name: 'version', value: ({ version }) => version },
      ...(withCodes ? [{ name: 'code', value: code }] : []),
    ],
  };
}

/** `A12`. */
export function seatOf({ rowLabel, seatNumber }: Ticket): string {
  return `${rowLabel}${seatNumber}`;
}
