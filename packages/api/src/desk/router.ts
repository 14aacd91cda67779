import { audited } from '../audit/record.ts';
import { route } from '../meta.ts';
import { NoInput } from '../schema.ts';
import { atItsSite } from '../staff/at-site.ts';
import { staffProcedure } from '../trpc.ts';
import { exchange } from './exchange.ts';
import { payOutRefunds } from './pay-out.ts';
import { reseat } from './reseat.ts';
import {
  CloseShift,
  DeskSale,
  Exchange,
  Moved,
  OpenShift,
  PaidOut,
  PayOut,
  Reseat,
  SellAtDesk,
  Shift,
} from './schema.ts';
import { sellAtDesk } from './sell.ts';
import { closeShift, getShift, openShift } from './shifts.ts';

export const deskRouter = {
  /** Sells seats over the counter: lock and confirmation in one. */
  sell: staffProcedure('sell')
    .meta({
      ...route(
        'POST /desk/sales',
        'Sell at the desk',
        'Locks and confirms in one, without limits, until `lateSalesMinutes` of the site after the ' +
          'start. House seats and seats that you have locked can be sold too. Cash needs your open ' +
          'shift; no booking fee is charged. Without `customer` it is a walk-up’s.',
      ),
      successStatus: 201,
      message: 'Sold.',
      refusals: [
        'NOT_FOUND',
        'SEATS_UNAVAILABLE',
        'NO_OPEN_SHIFT',
        'SHOWTIME_STARTED',
        'SHOWTIME_CANCELLED',
        'TICKET_TYPE_NOT_ALLOWED',
        'AGE_RESTRICTED',
      ],
    })
    .input(SellAtDesk)
    .output(DeskSale)
    .mutation(
      atItsSite(
        ({ showtimeId }) => [{ kind: 'showtime', id: showtimeId, field: 'showtimeId' }],
        audited(DeskSale, ({ ctx, input }) => sellAtDesk(ctx, input), { subject: 'showtimeId' }),
      ),
    ),

  /** Moves seats of a reservation to other seats of its show. */
  reseat: staffProcedure('sell')
    .meta({
      ...route(
        'POST /desk/reseat',
        'Move seats of a reservation',
        'To other seats of its show, until it ends; the tickets and the reference stay. Seats of the same ' +
          'type cost the same. Otherwise the difference is paid with `tender`, or returned the way the ' +
          'money came. House seats and seats that you have locked can be taken too.',
      ),
      message: 'Moved.',
      refusals: [
        'NOT_FOUND',
        'SEATS_SOLD',
        'SEATS_UNAVAILABLE',
        'NO_OPEN_SHIFT',
        'PAYMENT_PENDING',
        'PRICE_CHANGED',
        'ALREADY_CANCELLED',
        'SHOWTIME_STARTED',
        'NOT_REFUNDABLE',
      ],
    })
    .input(Reseat)
    .output(Moved)
    .mutation(
      atItsSite(
        ({ reservationId }) => [{ kind: 'reservation', id: reservationId, field: 'reservationId' }],
        audited(Moved, ({ ctx, input }) => reseat(ctx, input), { subject: 'reservationId' }),
      ),
    ),

  /** Exchanges a reservation for seats of another show. */
  exchange: staffProcedure('sell')
    .meta({
      ...route(
        'POST /desk/exchange',
        'Exchange a reservation',
        'For other seats, of any show on sale at the desk: ends the one and sells the other, to the same ' +
          'customer. What was paid for the old seats counts towards the new ones; fees do not. What is ' +
          'missing is paid with `tender`, and what is left goes back the way it came.',
      ),
      message: 'Exchanged.',
      refusals: [
        'NOT_FOUND',
        'SEATS_UNAVAILABLE',
        'NO_OPEN_SHIFT',
        'PAYMENT_PENDING',
        'ALREADY_CANCELLED',
        'SHOWTIME_CANCELLED',
        'SHOWTIME_STARTED',
        'TICKET_TYPE_NOT_ALLOWED',
        'AGE_RESTRICTED',
        'NOT_REFUNDABLE',
      ],
    })
    .input(Exchange)
    .output(Moved)
    .mutation(
      atItsSite(
        ({ reservationId, showtimeId }) => [
          { kind: 'reservation', id: reservationId, field: 'reservationId' },
          { kind: 'showtime', id: showtimeId, field: 'showtimeId' },
        ],
        audited(Moved, ({ ctx, input }) => exchange(ctx, input), { subject: 'reservationId' }),
      ),
    ),

  /** Pays out refunds that wait at the desk for a customer who paid there. */
  payOut: staffProcedure('sell')
    .meta({
      ...route(
        'POST /desk/pay-outs',
        'Pay out refunds at the desk',
        'What waits for a customer who paid at the desk, after a show or the customer cancelled. Comes ' +
          'out of your open shift.',
      ),
      message: 'Paid out.',
      refusals: ['NOT_FOUND', 'NO_OPEN_SHIFT', 'REFUND_TOO_LARGE'],
    })
    .input(PayOut)
    .output(PaidOut)
    .mutation(
      atItsSite(
        ({ reservationId }) => [{ kind: 'reservation', id: reservationId, field: 'reservationId' }],
        audited(PaidOut, ({ ctx, input }) => payOutRefunds(ctx, input), {
          subject: 'reservationId',
        }),
      ),
    ),

  /** Your open shift, as it stands. */
  shift: staffProcedure('read')
    .meta({
      ...route('GET /desk/shift', 'Read your open shift', 'What was sold and paid out so far.'),
      refusals: ['NO_OPEN_SHIFT'],
    })
    .input(NoInput)
    .output(Shift)
    .query(({ ctx }) => getShift(ctx)),

  /** Opens a shift with the change in the drawer, which is a person's. */
  openShift: staffProcedure('sell', { isForPersons: true })
    .meta({
      ...route(
        'POST /desk/shift',
        'Open a shift',
        'With the change that is in the drawer. One at a time; cash needs it.',
      ),
      successStatus: 201,
      message: 'Shift opened.',
      refusals: ['NOT_FOUND', 'SHIFT_OPEN'],
    })
    .input(OpenShift)
    .output(Shift)
    .mutation(
      atItsSite(
        ({ siteId }) => [{ kind: 'site', id: siteId, field: 'siteId' }],
        audited(Shift, ({ ctx, input }) => openShift(ctx, input)),
      ),
    ),

  /** Closes your shift with what was counted, and returns the differences. */
  closeShift: staffProcedure('sell')
    .meta({
      ...route(
        'POST /desk/shift/close',
        'Close your shift',
        'With the cash in the drawer, float included, and the total of the card terminal. Returns the ' +
          'differences.',
      ),
      message: 'Shift closed.',
      refusals: ['NO_OPEN_SHIFT'],
    })
    .input(CloseShift)
    .output(Shift)
    .mutation(audited(Shift, ({ ctx, input }) => closeShift(ctx, input))),
};
