import type { Reservation } from '@matinee/sdk';
import { hrefOf } from '../address.ts';
import { create } from '../elements.ts';
import { money } from '../money.ts';
import { seatNames } from '../seat-words.ts';

/** What has become of a reservation that is not waiting for its payment any more. */
export function drawOutcome(reservation: Reservation): HTMLElement {
  const { status, reference, seats, total, currency, showtime } = reservation;
  if (status === 'confirmed') {
    return create('div', { id: 'ticket' }, [
      create('p', { textContent: 'Booked. Your reference is' }),
      create('strong', { textContent: reference }),
      create('p', { textContent: `${seatNames(seats)}: ${money(total, currency)}` }),
      create('a', { href: hrefOf({ view: 'bookings' }), textContent: 'See my bookings' }),
    ]);
  }
  const again = create('a', {
    className: 'button',
    href: hrefOf({ view: 'seats', showtimeId: showtime.id }),
    textContent: 'Choose again',
  });
  return create('div', { className: 'ended' }, [
    create('p', { textContent: endWords(reservation) }),
    create('div', { className: 'buttons' }, [again]),
  ]);
}

/** Why a reservation has ended, and where the money is. */
function endWords({ cancelReason, refunded, currency }: Reservation): string {
  const why = reasonWords[cancelReason ?? ''] ?? 'This booking has been cancelled.';
  return Number(refunded) > 0
    ? `${why} Your ${money(refunded, currency)} is on its way back to you.`
    : `${why} Nothing was charged.`;
}

/** By `cancelReason`. A newer server may send one that is not here. */
const reasonWords: Record<string, string> = {
  payment_expired: 'Your time to pay is up, and the seats are on sale again.',
  seats_gone: 'Your payment came too late: another customer has bought the seats.',
  show_cancelled: 'The cinema has cancelled this show.',
};
