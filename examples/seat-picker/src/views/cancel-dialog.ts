import { isMatineeError } from '@matinee/sdk';
import type { Matinee, Reservation } from '@matinee/sdk';
import { create } from '../elements.ts';
import { explain } from '../failures.ts';
import { money } from '../money.ts';
import { say } from '../notice.ts';
import { seatNames } from '../seat-words.ts';

/** Asks before a booking is cancelled, and says in the same place why that is refused. */
export function askToCancel(
  matinee: Matinee,
  { id, reference, showtime, seats, totalPrice, currency }: Reservation,
  onCancelled: (reservation: Reservation) => void,
): void {
  const error = create('p', { className: 'error', role: 'alert' });
  const keep = create('button', { type: 'button', textContent: 'Keep it' });
  const confirm = create('button', { className: 'danger', type: 'button' }, ['Cancel the booking']);
  const dialog = create('dialog', { className: 'card' }, [
    create('h2', { id: 'cancel-title', textContent: 'Cancel this booking?' }),
    create('p', { id: 'cancel-what' }, [
      `${showtime.movie.title}, ${seatNames(seats)}, ${money(totalPrice, currency)}. `,
      'The seats go back on sale immediately.',
    ]),
    error,
    create('div', { className: 'buttons' }, [keep, confirm]),
  ]);
  dialog.setAttribute('aria-labelledby', 'cancel-title');
  dialog.setAttribute('aria-describedby', 'cancel-what');
  keep.addEventListener('click', () => dialog.close());
  confirm.addEventListener('click', () => {
    confirm.disabled = true;
    error.textContent = '';
    matinee.reservations
      .cancel({ reservationId: id })
      .then((cancelled) => {
        dialog.close();
        onCancelled(cancelled);
        say(`Booking ${reference} is cancelled.`, 'good');
      })
      .catch((failure: unknown) => {
        confirm.disabled = false;
        error.textContent = explainCancel(failure);
      });
  });
  // Closing returns the focus to the button that opened the dialog.
  dialog.addEventListener('close', () => dialog.remove());
  addEventListener('hashchange', () => dialog.close(), { once: true });
  document.body.append(dialog);
  dialog.showModal();
}

function explainCancel(error: unknown): string {
  switch (isMatineeError(error) ? error.code : undefined) {
    case 'SHOWTIME_STARTED':
      return 'The show has started. This booking can no longer be cancelled.';
    case 'ALREADY_CANCELLED':
      return 'This booking has been cancelled already. Load the page again to see it.';
    default:
      return explain(error);
  }
}
