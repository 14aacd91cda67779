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

/** An amount that may be below zero. */
const Balance = z.string().meta({ pattern: '^-?\\d+\\.\\d{2}$', examples: ['-0.50'] });
const SignedMoney = z
  .string()
  .regex(/^-?\d{1,8}\.\d{2}$/, 'must be an amount with two decimals, such as "-2.50"');

const isDistinct = (ids: readonly string[]) => new Set(ids).size === ids.length;

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

/** How a difference is paid. */
const differenceTender = {
  description:
    'How the difference is paid, if there is one to pay. Cash needs your open shift. What is returned ' +
    'goes back the way it came.',
};

export const Reseat = z.strictObject({
  reservationId: idOf('reservation'),
  moves: z
    .array(
      z.strictObject({
        from: idOf('seat').meta({ description: 'A seat of the reservation.' }),
        to: idOf('seat').meta({ description: 'The seat that it becomes.' }),
      }),
    )
    .min(1)
    .max(50)
    .refine((moves) => isDistinct(moves.map(({ from }) => from)), 'moves a seat twice')
    .refine((moves) => isDistinct(moves.map(({ to }) => to)), 'names a new seat twice')
    .refine((moves) => moves.every(({ from, to }) => from !== to), 'moves a seat to itself')
    .meta({ description: 'Which seat becomes which.' }),
  tender: tenders
    .meta({
      description:
        `${differenceTender.description} \`comp\`: the customer pays no difference; it needs a ` +
        '`reason`.',
    })
    .optional(),
  reason: text(500).meta({ description: 'Why the difference is not paid.' }).optional(),
  expectedDifference: SignedMoney.meta({
    description:
      'The difference that the customer has been shown; when it differs, nothing is done.',
  }).optional(),
});
export type Reseat = z.infer<typeof Reseat>;

export const Exchange = z.strictObject({
  reservationId: idOf('reservation'),
  showtimeId: idOf('showtime').meta({ description: 'The new show; the same one is possible.' }),
  seats: TicketSeats.meta({ description: 'The new seats, each with its ticket type.' }),
  tender: tenders.exclude(['comp']).meta(differenceTender).optional(),
});
export type Exchange = z.infer<typeof Exchange>;

export const Moved = z
  .object({
    reservation: Reservation.meta({ description: 'What the customer has now.' }),
    difference: Balance.meta({
      description: 'What the customer paid now; negative: what is returned.',
    }),
    waiting: Amount.meta({
      description:
        'What waits at the desk to be paid out for the reservation of before: see `desk.payOut`.',
    }),
    previous: z
      .object({
        id: outputIdOf('reservation'),
        reference: outputText('Its reference.'),
      })
      .register(typeNames, { name: 'EndedReservation' })
      .nullable()
      .meta({ description: 'The reservation that has ended; null when it stays.' }),
  })
  .register(typeNames, { name: 'Moved' });
export type Moved = z.infer<typeof Moved>;

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
    tender: outputText('How most of it was paid, and is returned.'),
    lines: z
      .array(
        z
          .object({
            tender: outputText('How it was paid, and is returned.'),
            amount: Amount.meta({ description: 'What was paid out.' }),
          })
          .register(typeNames, { name: 'PaidOutLine' }),
      )
      .meta({ description: 'The amount by tender.' }),
  })
  .register(typeNames, { name: 'PaidOut' });
export type PaidOut = z.infer<typeof PaidOut>;
