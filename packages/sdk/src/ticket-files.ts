import type { CallOptions } from './call.ts';
import { performFile } from './file.ts';
import type { Settings } from './settings.ts';

/** Which reservation a file is of. */
export interface TicketFileInput {
  reservationId: string;
  /** The token of a mailed link, in place of an access token. */
  link?: string | undefined;
}

/** Which ticket a picture is of. */
export interface TicketPictureInput extends TicketFileInput {
  seatId: string;
}

/** What goes over REST, because it is a file. */
export interface TicketFiles {
  /**
   * The tickets of a reservation as PDF, one page for each seat.
   *
   * @throws MatineeError
   *
   * @example
   * ```ts
   * const { items } = await matinee.reservations.list({ when: 'upcoming' });
   * for (const { id, reference } of items) {
   *   const file = await matinee.tickets.pdf({ reservationId: id });
   *   console.log(reference, file.type, file.size);
   * }
   * ```
   */
  readonly pdf: (input: TicketFileInput, options?: CallOptions) => Promise<Blob>;
  /**
   * The show of a reservation as an iCalendar file.
   *
   * @throws MatineeError
   */
  readonly calendar: (input: TicketFileInput, options?: CallOptions) => Promise<Blob>;
  /**
   * The QR code of one ticket as SVG.
   *
   * @throws MatineeError
   */
  readonly picture: (input: TicketPictureInput, options?: CallOptions) => Promise<Blob>;
}

export function ticketFiles(settings: Settings): TicketFiles {
  const download = (name: string, { reservationId, link }: TicketFileInput, file: string) => {
    const query = link === undefined ? '' : `?link=${encodeURIComponent(link)}`;
    const path = `/reservations/${encodeURIComponent(reservationId)}/${file}${query}`;
    return (options: CallOptions = {}) => performFile(settings, { name, path }, options);
  };
  return {
    pdf: (input, options) => download('tickets.pdf', input, 'tickets.pdf')(options),
    calendar: (input, options) => download('tickets.calendar', input, 'calendar.ics')(options),
    picture: (input, options) => {
      const file = `tickets/${encodeURIComponent(input.seatId)}.svg`;
      return download('tickets.picture', input, file)(options);
    },
  };
}
