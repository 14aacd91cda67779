import { audited } from '../audit/record.ts';
import { route } from '../meta.ts';
import { Deleted } from '../schema.ts';
import { atItsSite, siteNamed } from '../staff/at-site.ts';
import type { SiteThing } from '../staff/at-site.ts';
import { adminProcedure, publicProcedure, staffProcedure } from '../trpc.ts';
import {
  createPriceList,
  deletePriceList,
  getPriceList,
  listPriceLists,
  updatePriceList,
} from './price-lists.ts';
import {
  CreatePriceList,
  CreateTicketType,
  ListPriceLists,
  ListTicketTypes,
  PriceList,
  PriceListId,
  PriceListPage,
  TicketType,
  TicketTypeId,
  TicketTypePage,
  UpdatePriceList,
  UpdateTicketType,
} from './schema.ts';
import {
  createTicketType,
  deleteTicketType,
  listTicketTypes,
  updateTicketType,
} from './ticket-types.ts';

export const ticketTypesRouter = {
  /** Who tickets are for: adults, children, members. */
  list: publicProcedure
    .meta(route('GET /ticket-types', 'List ticket types', 'In their order.'))
    .input(ListTicketTypes)
    .output(TicketTypePage)
    .query(({ ctx, input }) => listTicketTypes(ctx, input)),

  /** Makes a ticket type. */
  create: adminProcedure
    .meta({
      ...route(
        'POST /ticket-types',
        'Make a ticket type',
        'It is sold once a price list has a price for it.',
      ),
      successStatus: 201,
      message: 'Ticket type created.',
    })
    .input(CreateTicketType)
    .output(TicketType)
    .mutation(audited(TicketType, ({ ctx, input }) => createTicketType(ctx, input))),

  /** Changes a ticket type: for what is sold from then on. */
  update: adminProcedure
    .meta({
      ...route(
        'PUT /ticket-types/{ticketTypeId}',
        'Change a ticket type',
        'Its rules hold for what is sold from then on. A price list in which another type comes first ' +
          'after the change gets a new version.',
      ),
      message: 'Ticket type updated.',
    })
    .input(UpdateTicketType)
    .output(TicketType)
    .mutation(
      audited(TicketType, ({ ctx, input }) => updateTicketType(ctx, input), {
        subject: 'ticketTypeId',
      }),
    ),

  /** Takes a ticket type out of sale once no price list has it. */
  delete: adminProcedure
    .meta({
      ...route(
        'DELETE /ticket-types/{ticketTypeId}',
        'Delete a ticket type',
        'Not while a price list has it, and never the standard type. What was sold keeps it.',
      ),
      message: 'Ticket type deleted.',
      refusals: ['IN_USE'],
    })
    .input(TicketTypeId)
    .output(Deleted)
    .mutation(
      audited(Deleted, ({ ctx, input }) => deleteTicketType(ctx, input.ticketTypeId), {
        subject: 'ticketTypeId',
      }),
    ),
};

/** The site that a new list is for; lists of all sites are administrators'. */
const siteOf = (siteId: string | null | undefined): SiteThing | undefined =>
  siteId ? { kind: 'site', id: siteId, field: 'siteId' } : undefined;

export const priceListsRouter = {
  /** Price lists by name, those of all sites too. */
  list: staffProcedure('manage')
    .meta({
      ...route(
        'GET /price-lists',
        'List price lists',
        'By name; those of your sites and those of all sites, each at its newest version.',
      ),
      refusals: ['NOT_FOUND'],
    })
    .input(ListPriceLists)
    .output(PriceListPage)
    .query(
      atItsSite(
        ({ siteId }) => [siteNamed(siteId)],
        ({ ctx, input }) => listPriceLists(ctx, input),
      ),
    ),

  /** The newest version of a price list. */
  get: staffProcedure('manage')
    .meta(route('GET /price-lists/{priceListId}', 'Read a price list', 'At its newest version.'))
    .input(PriceListId)
    .output(PriceList)
    .query(({ ctx, input }) => getPriceList(ctx, input.priceListId)),

  /** Makes a price list, which showtimes can name. */
  create: staffProcedure('manage')
    .meta({
      ...route(
        'POST /price-lists',
        'Make a price list',
        'What each ticket type costs on each seat type. Showtimes name a list instead of prices. ' +
          'Administrators make lists of all sites.',
      ),
      successStatus: 201,
      message: 'Price list created.',
      refusals: ['NOT_FOUND'],
    })
    .input(CreatePriceList)
    .output(PriceList)
    .mutation(
      atItsSite(
        ({ siteId }) => [siteOf(siteId)],
        audited(PriceList, ({ ctx, input }) => createPriceList(ctx, input)),
      ),
    ),

  /** Makes the next version of a price list; what is locked or sold keeps its price. */
  update: staffProcedure('manage')
    .meta({
      ...route(
        'PUT /price-lists/{priceListId}',
        'Change a price list',
        'Makes its next version. Showtimes that have not ended sell at the new prices from then on; ' +
          'locked and sold seats keep theirs. `items` is replaced as a whole.',
      ),
      message: 'Price list updated.',
      refusals: ['EDIT_CONFLICT'],
    })
    .input(UpdatePriceList)
    .output(PriceList)
    .mutation(
      audited(PriceList, ({ ctx, input }) => updatePriceList(ctx, input), {
        subject: 'priceListId',
      }),
    ),

  /** Takes a price list out of use once no open showtime needs it. */
  delete: staffProcedure('manage')
    .meta({
      ...route(
        'DELETE /price-lists/{priceListId}',
        'Delete a price list',
        'Not while a showtime that has not ended uses it. What was sold keeps its version.',
      ),
      message: 'Price list deleted.',
      refusals: ['IN_USE'],
    })
    .input(PriceListId)
    .output(Deleted)
    .mutation(
      audited(Deleted, ({ ctx, input }) => deletePriceList(ctx, input.priceListId), {
        subject: 'priceListId',
      }),
    ),
};
