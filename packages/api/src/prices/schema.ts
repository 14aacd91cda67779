import { z } from 'zod';
import {
  Amount,
  Count,
  Currency,
  CurrencyCode,
  idOf,
  Instant,
  longText,
  Money,
  outputIdOf,
  outputText,
  page,
  pageInput,
  PositiveInteger,
  Revision,
  RevisionOutput,
  text,
} from '../schema.ts';
import { TaxRate } from '../sites/schema.ts';
import { SeatType } from '../theaters/schema.ts';

const Age = z.int().min(0).max(150);
const SortOrder = z.int().min(-1_000_000).max(1_000_000);
const Proof = z.enum(['none', 'gate', 'desk']);

const ticketTypeFields = {
  code: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,49}$/, 'must have lower-case letters, digits, "-" and "_" only')
    .meta({ description: 'A short name that programs use; unique.', examples: ['child'] }),
  name: text(255).meta({ description: 'The name for customers.', examples: ['Child'] }),
  description: longText(500)
    .nullable()
    .meta({ description: 'Who may use it, for customers.' })
    .optional(),
  sortOrder: SortOrder.meta({
    description: 'The place in lists; the lowest comes first. By default 0.',
  }).optional(),
  maxAge: Age.nullable().meta({ description: 'The greatest age of its holder.' }).optional(),
  minAge: Age.nullable().meta({ description: 'The least age of its holder.' }).optional(),
  proof: Proof.meta({
    description: 'Where its holder shows a proof: nowhere, at the gate, or at the desk.',
  }).optional(),
  minPerBooking: z
    .int()
    .min(2)
    .max(50)
    .nullable()
    .meta({ description: 'The least number of such tickets in one purchase.' })
    .optional(),
  withAdult: z
    .boolean()
    .meta({
      description: 'Sold only together with a ticket that people of 18 years may use.',
    })
    .optional(),
};

export const ListTicketTypes = z.strictObject(pageInput);
export type ListTicketTypes = z.infer<typeof ListTicketTypes>;

export const TicketTypeId = z.strictObject({ ticketTypeId: idOf('ticket type') });

export const CreateTicketType = z.strictObject(ticketTypeFields);
export type CreateTicketType = z.infer<typeof CreateTicketType>;

export const UpdateTicketType = z.strictObject({
  ticketTypeId: idOf('ticket type'),
  ...ticketTypeFields,
  code: ticketTypeFields.code.optional(),
  name: ticketTypeFields.name.optional(),
});
export type UpdateTicketType = z.infer<typeof UpdateTicketType>;

const countOutput = Count.nullable();

/** Who a ticket is for. */
export const TicketType = z
  .object({
    id: outputIdOf('ticket type'),
    code: outputText('A short name that programs use.'),
    name: outputText('The name for customers.'),
    description: z.string().nullable().meta({ description: 'Who may use it, for customers.' }),
    sortOrder: SortOrder.meta({ description: 'The place in lists; the lowest comes first.' }),
    maxAge: countOutput.meta({ description: 'The greatest age of its holder.' }),
    minAge: countOutput.meta({ description: 'The least age of its holder.' }),
    proof: Proof.meta({ description: 'Where its holder shows a proof.' }),
    minPerBooking: countOutput.meta({ description: 'The least number in one purchase.' }),
    withAdult: z.boolean().meta({ description: 'Sold only together with an adult.' }),
    createdAt: Instant.meta({ description: 'When it was made.' }),
  })
  .meta({ id: 'TicketType' });
export type TicketType = z.infer<typeof TicketType>;

export const TicketTypePage = page(TicketType);

const Item = z.strictObject({
  ticketTypeId: idOf('ticket type'),
  seatType: SeatType.meta({ description: 'The seats that it is for.' }),
  price: Money.meta({ description: 'What it costs, tax included.' }),
});

const Items = z
  .array(Item)
  .min(1)
  .max(300)
  .superRefine((items, context) => {
    const keys = new Set<string>();
    const types = new Set(
      items.flatMap(({ ticketTypeId, seatType }) => (seatType === 'regular' ? ticketTypeId : [])),
    );
    for (const [index, { ticketTypeId, seatType }] of items.entries()) {
      const key = `${ticketTypeId} ${seatType}`;
      if (keys.has(key)) {
        context.addIssue({ code: 'custom', path: [index], message: 'is given twice' });
      }
      if (!types.has(ticketTypeId)) {
        const message = 'needs a price for regular seats';
        context.addIssue({ code: 'custom', path: [index, 'ticketTypeId'], message });
      }
      keys.add(key);
    }
  })
  .meta({
    description:
      'What a ticket type costs on a seat type. Each type has a price for regular seats, which holds ' +
      'for seat types without a price of their own.',
  });

const bookingFee = Money.nullable()
  .meta({ description: 'Charged once for a purchase on the web; `null`: nothing.' })
  .optional();
const taxRate = TaxRate.nullable()
  .meta({ description: 'The tax contained in its prices, in percent; `null`: that of the site.' })
  .optional();

export const ListPriceLists = z.strictObject({
  siteId: idOf('site')
    .meta({ description: 'Lists that showtimes of this site can use.' })
    .optional(),
  ...pageInput,
});
export type ListPriceLists = z.infer<typeof ListPriceLists>;

export const PriceListId = z.strictObject({ priceListId: idOf('price list') });

export const CreatePriceList = z.strictObject({
  name: text(255).meta({ description: 'The name for the staff.', examples: ['House'] }),
  siteId: idOf('site')
    .nullable()
    .meta({ description: 'The site whose showtimes can use it; by default all sites.' })
    .optional(),
  currency: CurrencyCode.meta({
    description: 'That of the site; for a list of all sites the configured one.',
  }).optional(),
  bookingFee,
  taxRate,
  items: Items,
});
export type CreatePriceList = z.infer<typeof CreatePriceList>;

export const UpdatePriceList = z.strictObject({
  priceListId: idOf('price list'),
  name: text(255).meta({ description: 'The name for the staff.' }).optional(),
  bookingFee,
  taxRate,
  items: Items.optional(),
  revision: Revision.optional(),
});
export type UpdatePriceList = z.infer<typeof UpdatePriceList>;

export const PriceList = z
  .object({
    id: outputIdOf('price list'),
    version: PositiveInteger.meta({
      description: 'Grows with each change. A seat keeps the version that it was locked at.',
    }),
    name: outputText('The name for the staff.'),
    siteId: outputIdOf('site').nullable().meta({ description: 'Where; `null`: at all sites.' }),
    currency: Currency,
    bookingFee: Amount.nullable().meta({ description: 'Charged once for a purchase on the web.' }),
    taxRate: z.number().nullable().meta({
      description: 'The tax contained in its prices, in percent; `null`: that of the site.',
    }),
    items: z
      .array(
        z.object({
          ticketTypeId: outputIdOf('ticket type'),
          seatType: SeatType.meta({ description: 'The seats that it is for.' }),
          price: Amount.meta({ description: 'What it costs, tax included.' }),
        }),
      )
      .meta({ description: 'By the order of the ticket types; the first one is the default.' }),
    revision: RevisionOutput,
    createdAt: Instant.meta({ description: 'When this version was made.' }),
  })
  .meta({ id: 'PriceList' });
export type PriceList = z.infer<typeof PriceList>;

export const PriceListPage = page(PriceList);
