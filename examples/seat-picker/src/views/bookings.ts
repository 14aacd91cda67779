import type { Reservation, Theater } from '@matinee/sdk';
import { hrefOf } from '../address.ts';
import { create, heading } from '../elements.ts';
import { longTime } from '../local-time.ts';
import { money } from '../money.ts';
import { seatNames } from '../seat-words.ts';
import type { Shop } from '../shop.ts';
import type { View } from '../view.ts';
import { askToCancel } from './cancel-dialog.ts';
import { showTickets } from './tickets-dialog.ts';

/** The most past bookings that are listed. */
const pastShown = 50;

/** The customer's bookings, those of coming shows first. */
export async function openBookings(shop: Shop, signal: AbortSignal): Promise<View> {
  const { matinee } = shop;
  const { list } = matinee.reservations;
  const [customer, upcoming, past, theaters] = await Promise.all([
    matinee.auth.me(undefined, { signal }),
    list.all({ when: 'upcoming' }, { signal }).toArray(),
    list.all({ when: 'past' }, { signal }).toArray({ limit: pastShown }),
    matinee.theaters.list.all({}, { signal }).toArray(),
  ]);
  const zoneOf = zonesOf(theaters);
  const byStart = (one: Reservation, other: Reservation) =>
    Number(one.showtime.startTime) - Number(other.showtime.startTime);
  const body = create('section', { className: 'bookings' }, [
    heading('My bookings'),
    create('p', { className: 'quiet', textContent: customer.email ?? shop.session.email }),
    ...(customer.role === 'guest' ? [drawGuestHint()] : []),
    create('h2', { textContent: 'Upcoming' }),
    drawUpcoming(upcoming.toSorted(byStart), shop, zoneOf),
    create('h2', { textContent: 'Past' }),
    drawPast(past.toSorted(byStart).toReversed(), zoneOf),
  ]);
  return { title: 'My bookings', body };
}

function drawGuestHint(): HTMLElement {
  const words = 'You have no account: the link in the mail leads back to this list.';
  return create('p', { className: 'quiet', textContent: words });
}

type ZoneOf = (theaterId: string) => string;

/** A reservation names its theater without the zone. An archived theater has the customer's. */
function zonesOf(theaters: Theater[]): ZoneOf {
  const zones = new Map(theaters.map(({ id, timezone }) => [id, timezone]));
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return (theaterId) => zones.get(theaterId) ?? timeZone;
}

function drawPast(reservations: Reservation[], zoneOf: ZoneOf): HTMLElement {
  if (reservations.length === 0) {
    return create('p', { className: 'empty', textContent: 'No past bookings.' });
  }
  const items = reservations.map((each) => create('li', {}, [drawTicket(each, zoneOf)]));
  return create('ul', {}, items);
}

function drawUpcoming(reservations: Reservation[], { matinee }: Shop, zoneOf: ZoneOf): HTMLElement {
  if (reservations.length === 0) {
    return create('p', { className: 'empty' }, [
      'No bookings yet. ',
      create('a', { href: hrefOf({ view: 'programme' }), textContent: 'See what’s on' }),
    ]);
  }
  const items = reservations.map((reservation) => {
    const item = create('li');
    const draw = (changed: Reservation) => {
      const cancel = create('button', { type: 'button', textContent: 'Cancel this booking' });
      cancel.addEventListener('click', () => {
        askToCancel(matinee, changed, (cancelled) => {
          draw(cancelled);
          // The button that was pressed is gone.
          item.querySelector('article')?.focus();
        });
      });
      const tickets = create('button', { className: 'primary', type: 'button' }, ['Show tickets']);
      tickets.addEventListener('click', () => showTickets(matinee, changed));
      item.replaceChildren(drawTicket(changed, zoneOf, actionsOf(changed, { tickets, cancel })));
    };
    draw(reservation);
    return item;
  });
  return create('ul', {}, items);
}

function actionsOf(
  { id, status }: Reservation,
  { tickets, cancel }: { tickets: HTMLElement; cancel: HTMLElement },
): HTMLElement[] {
  if (status === 'cancelled') {
    return [];
  }
  const href = hrefOf({ view: 'pay', reservationId: id });
  const pay = create('a', { className: 'button primary', href, textContent: 'Pay' });
  return status === 'pending' ? [pay, cancel] : [tickets, cancel];
}

/** What a customer has to know of a reservation that is not simply booked. */
function stateOf(reservation: Reservation): string | undefined {
  const { status, showCancelReason, refunded, currency } = reservation;
  if (status === 'pending') {
    return 'Not paid yet. Your seats are reserved for a few minutes.';
  }
  if (status === 'confirmed') {
    return undefined;
  }
  const why =
    showCancelReason === null ? 'Cancelled' : `The cinema cancelled this show: ${showCancelReason}`;
  return Number(refunded) > 0 ? `${why}. ${money(refunded, currency)} returned` : why;
}

function drawTicket(
  reservation: Reservation,
  zoneOf: ZoneOf,
  actions: HTMLElement[] = [],
): HTMLElement {
  const { showtime, reference, seats, total, currency } = reservation;
  const { movie, theater, startTime } = showtime;
  const state = stateOf(reservation);
  const when = longTime({ instant: startTime, timeZone: zoneOf(theater.id) });
  const ticket = create('article', { className: 'ticket card', tabIndex: -1 }, [
    create('div', { className: 'about' }, [
      create('h3', { textContent: movie.title }),
      create('p', { textContent: when }),
      create('p', { className: 'quiet', textContent: theater.name }),
      create('p', {}, [
        create('span', {
          className: 'quiet',
          textContent: seats.length === 1 ? 'Seat ' : 'Seats ',
        }),
        create('strong', { textContent: seatNames(seats) }),
      ]),
      ...(state === undefined ? [] : [create('p', { className: 'state', textContent: state })]),
    ]),
    create('div', { className: 'stub' }, [
      create('p', { className: 'quiet', textContent: 'Reference' }),
      create('p', { className: 'reference', textContent: reference }),
      create('p', { className: 'price', textContent: money(total, currency) }),
      ...actions,
    ]),
  ]);
  ticket.classList.toggle('cancelled', reservation.status === 'cancelled');
  return ticket;
}
