import { z } from 'zod';
import { idOf, Instant, outputIdOf, outputText, PositiveInteger } from '../schema.ts';
import { SeatIds } from '../seats/schema.ts';
import { typeNames } from '../type-names.ts';

export const TicketsOf = z.strictObject({ reservationId: idOf('reservation') });
export type TicketsOf = z.infer<typeof TicketsOf>;

export const ReissueTickets = z.strictObject({
  reservationId: idOf('reservation'),
  seatIds: SeatIds.meta({
    description: 'Seats of the reservation; by default all that are not cancelled.',
  }).optional(),
});
export type ReissueTickets = z.infer<typeof ReissueTickets>;

const link = z
  .string()
  .max(200)
  .meta({
    description:
      'The token of a link that was mailed: reads the files of one reservation without an access token.',
  })
  .optional();

export const TicketFile = z.strictObject({ reservationId: idOf('reservation'), link });
export type TicketFile = z.infer<typeof TicketFile>;

export const TicketPicture = z.strictObject({
  reservationId: idOf('reservation'),
  seatId: idOf('seat'),
  link,
});
export type TicketPicture = z.infer<typeof TicketPicture>;

/** What `ticketType` is in tickets and scans. */
export const TicketTypeName = z.object({
  id: outputIdOf('ticket type'),
  code: outputText('A short name that does not change.'),
  name: outputText('The name for customers.'),
});

export const Ticket = z
  .object({
    seatId: outputIdOf('seat'),
    rowLabel: outputText('The label of its row.'),
    seatNumber: PositiveInteger.meta({ description: 'From 1; gaps are not counted.' }),
    ticketType: TicketTypeName.meta({ description: 'Who the ticket is for.' }),
    code: outputText(
      'What the QR code contains: `MT1-` and 172 characters, signed. Fits version 7 at level M.',
    ),
    version: PositiveInteger.meta({ description: 'Grows when the ticket is issued anew.' }),
    status: z.enum(['valid', 'used', 'void']).meta({
      description:
        '`used`: its holder is inside; `void`: the seat was given back, or the show cancelled.',
    }),
    usedAt: Instant.nullable().meta({ description: 'When its holder went in.' }),
  })
  .register(typeNames, { name: 'Ticket' });
export type Ticket = z.infer<typeof Ticket>;

export const Tickets = z.array(Ticket);

export const TicketKeyList = z.array(
  z
    .object({
      kid: PositiveInteger.meta({ description: 'Second byte of every code that it signed.' }),
      publicKey: z
        .object({
          kty: z.literal('OKP').meta({ description: 'The kind of key.' }),
          crv: z.literal('Ed25519').meta({ description: 'The curve.' }),
          x: outputText('The 32 bytes of the key in base64url.'),
        })
        .meta({ description: 'As a JSON Web Key.' }),
    })
    .register(typeNames, { name: 'TicketKey' }),
);
export type TicketKeyList = z.infer<typeof TicketKeyList>;

/** What the host draws. */
export const TicketSheetOutput = z.object({
  reservationId: z.string(),
  reference: z.string(),
  movie: z.string(),
  minimumAge: z.number().nullable(),
  theater: z.string(),
  site: z.string(),
  address: z.string().nullable(),
  startTime: z.date(),
  endTime: z.date(),
  timezone: z.string(),
  currency: z.string(),
  locale: z.string().nullable(),
  tickets: z.array(
    z.object({
      seatId: z.string(),
      rowLabel: z.string(),
      seatNumber: z.number(),
      ticketType: z.string(),
      price: z.string(),
      code: z.string(),
      needsProof: z.boolean(),
    }),
  ),
});

/** A file that is text, and its reservation. */
export const TicketText = z.object({ text: z.string(), reference: z.string() });
export type TicketText = z.infer<typeof TicketText>;
