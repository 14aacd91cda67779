/** What is printed on the tickets of a reservation. Texts are as people typed them, in any script. */
export interface TicketSheet {
  reservationId: string;
  reference: string;
  movie: string;
  /** The age from which the film may be seen, where that is checked at the door. */
  minimumAge: number | null;
  theater: string;
  site: string;
  /** Of the site, in one line; null when it has none. */
  address: string | null;
  startTime: Date;
  endTime: Date;
  /** IANA name of the theater's zone. */
  timezone: string;
  /** ISO 4217 code. */
  currency: string;
  /** The customer's language, as a BCP 47 tag; null: not known. */
  locale: string | null;
  /** One page each, row by row. */
  tickets: PrintedTicket[];
}

/** The ticket of one seat. */
export interface PrintedTicket {
  seatId: string;
  rowLabel: string;
  seatNumber: number;
  /** The name of its type, for customers. */
  ticketType: string;
  /** What it cost, as a decimal string. */
  price: string;
  /** What is in the QR code: `MT1-…`. */
  code: string;
  /** What the door will ask to see, such as a student card. */
  needsProof: boolean;
}

/** Draws tickets; the host has an implementation. */
export interface TicketPrinter {
  /**
   * One page for each seat.
   *
   * @returns the file
   */
  pdf(sheet: TicketSheet): Promise<Uint8Array>;
}
