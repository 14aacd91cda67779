import { z } from 'zod';
import { Reservation, TicketSeats } from '../reservations/schema.ts';
import {
  Amount,
  Currency,
  idOf,
  Instant,
  Money,
  outputIdOf,
  outputText,
  searchText,
  text,
} from '../schema.ts';
import { typeNames } from '../type-names.ts';

const tenders = z.enum(['cash', 'card_terminal', 'comp', 'invoice']);

const Customer = z
  .union([
    z.strictObject({ userId: idOf('user') }),
    z.strictObject({
      name: text(255).meta({ description: 'The name of the customer.' }).optional(),
      email: searchText(255)
        .pipe(z.email())
        .meta({ description: 'Where messages about this sale are sent.' })
        .optional(),
    }),
  ])
  .meta({ description: 'An account, or what the customer says; left out: a walk-up.' });

export const SellAtDesk = z.strictObject({
  showtimeId: idOf('showtime'),
  seats: TicketSeats.meta({ description: 'The seats, each with its ticket type.' }),
  tender: tenders.meta({
    description: 'How it is paid. A `comp` costs nothing and needs a `reason`.',
  }),
  tendered: Money.meta({ description: 'The cash that the customer hands over.' }).optional(),
  reason: text(500).meta({ description: 'Why it costs nothing.' }).optional(),
  customer: Customer.optional(),
});
export type SellAtDesk = z.infer<typeof SellAtDesk>;

export const DeskSale = z
  .object({
    reservation: Reservation.meta({ description: 'What was sold.' }),
    changeDue: Amount.meta({ description: 'What the customer gets back of the cash.' }),
  })
  .register(typeNames, { name: 'DeskSale' });
export type DeskSale = z.infer<typeof DeskSale>;

export const OpenShift = z.strictObject({
  siteId: idOf('site'),
  float: Money.meta({ description: 'The change in the drawer at the beginning.' }),
});
export type OpenShift = z.infer<typeof OpenShift>;

export const CloseShift = z.strictObject({
  counted: z
    .strictObject({
      cash: Money.meta({ description: 'The cash in the drawer, the float included.' }),
      card_terminal: Money.meta({ description: 'The total of the card terminal.' }),
    })
    .meta({ description: 'What was counted.' }),
});
export type CloseShift = z.infer<typeof CloseShift>;

/** An amount that may be below zero. */
const Balance = z.string().meta({ pattern: '^-?\\d+\\.\\d{2}$', examples: ['-0.50'] });

export const Shift = z
  .object({
    id: outputIdOf('shift'),
    siteId: outputIdOf('site'),
    operator: z
      .object({
        id: outputIdOf('user'),
        email: z.string().nullable().meta({ description: 'The e-mail address.' }),
      })
      .meta({ description: 'Whose drawer it is.' }),
    openedAt: Instant.meta({ description: 'When it began.' }),
    closedAt: Instant.nullable().meta({ description: 'When it was counted.' }),
    float: Amount.meta({ description: 'The change in the drawer at the beginning.' }),
    currency: Currency,
    lines: z
      .array(
        z
          .object({
            tender: tenders.meta({ description: 'How it was paid.' }),
            sold: Amount.meta({ description: 'What was taken for sales.' }),
            refunded: Amount.meta({ description: 'What was paid out.' }),
            counted: Amount.nullable().meta({
              description: 'What was counted; of cash with the float.',
            }),
            difference: Balance.nullable().meta({
              description: 'What was counted, less what should be there.',
            }),
          })
          .register(typeNames, { name: 'ShiftLine' }),
      )
      .meta({ description: 'A line for each tender.' }),
  })
  .meta({ id: 'Shift' });
export type Shift = z.infer<typeof Shift>;

export const PayOut = z.strictObject({ reservationId: idOf('reservation') });
export type PayOut = z.infer<typeof PayOut>;

export const PaidOut = z
  .object({
    reservation: Reservation.meta({ description: 'The reservation, with its refunds.' }),
    amount: Amount.meta({ description: 'What was paid out now.' }),
    tender: outputText('How it was paid, and is returned.'),
  })
  .register(typeNames, { name: 'PaidOut' });
export type PaidOut = z.infer<typeof PaidOut>;
