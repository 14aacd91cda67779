import { isMatineeError } from '@matinee/sdk';
import type { Matinee, Reservation } from '@matinee/sdk';
import { create } from '../elements.ts';
import { explain } from '../failures.ts';
import { money } from '../money.ts';
import { say } from '../notice.ts';
import { seatNames } from '../seat-words.ts';

/**
 * Asks before a booking is cancelled. Says first how much money is returned, and in the same place why the
 * cancellation is refused.
 */
export function askToCancel(
  matinee: Matinee,
  { id, reference, showtime, seats, total, currency, payment }: Reservation,
  onCancelled: (reservation: Reservation) => void,
): void {
  const error = create('p', { className: 'error', role: 'alert' });
  const refund = create('p', { id: 'cancel-refund', role: 'status' });
  const keep = create('button', { type: 'button', textContent: 'Keep it' });
  const confirm = create('button', { className: 'danger', type: 'button' }, ['Cancel the booking']);
  const dialog = create('dialog', { className: 'card' }, [
    create('h2', { id: 'cancel-title', textContent: 'Cancel this booking?' }),
    create('p', { id: 'cancel-what' }, [
      `${showtime.movie.title}, ${seatNames(seats)}, ${money(total, currency)}. `,
      'The seats go back on sale immediately.',
    ]),
    refund,
    error,
    create('div', { className: 'buttons' }, [keep, confirm]),
  ]);
  dialog.setAttribute('aria-labelledby', 'cancel-title');
  dialog.setAttribute('aria-describedby', 'cancel-what cancel-refund');
  keep.addEventListener('click', () => dialog.close());
  const isPaid = payment?.status === 'succeeded';
  /** What the customer has read is what is returned, or nothing is cancelled. */
  let expectedRefund: string | undefined;
  const readRefund = async () => {
    confirm.disabled = true;
    const preview = await matinee.reservations.previewCancel({ reservationId: id });
    if (!preview.allowed) {
      error.textContent = explainBlock(preview.blockReason);
      return;
    }
    if (isPaid) {
      expectedRefund = preview.refundTotal;
      refund.textContent = refundWords(expectedRefund, currency);
    }
    confirm.disabled = false;
  };
  const explainFailure = (failure: unknown) => {
    error.textContent = explainCancel(failure);
  };
  confirm.addEventListener('click', () => {
    confirm.disabled = true;
    error.textContent = '';
    matinee.reservations
      .cancel({ reservationId: id, expectedRefund })
      .then((cancelled) => {
        dialog.close();
        onCancelled(cancelled);
        say(`Booking ${reference} is cancelled.`, 'good');
      })
      .catch((failure: unknown) => {
        explainFailure(failure);
        return readRefund();
      })
      .catch(explainFailure);
  });
  // Closing returns the focus to the button that opened the dialog.
  dialog.addEventListener('close', () => dialog.remove());
  addEventListener('hashchange', () => dialog.close(), { once: true });
  document.body.append(dialog);
  dialog.showModal();
  readRefund().catch(explainFailure);
}

function refundWords(refund: string, currency: string): string {
  return Number(refund) > 0
    ? `You get ${money(refund, currency)} back.`
    : 'It is too late for a refund: no money is returned.';
}

function explainCancel(error: unknown): string {
  switch (isMatineeError(error) ? error.code : undefined) {
    case 'SHOWTIME_STARTED':
      return explainBlock('showtime_started');
    case 'PRICE_CHANGED':
      return 'The amount that is returned has changed. Please decide again.';
    case 'NOT_REFUNDABLE': {
      const { details = {} } = isMatineeError(error) ? error : {};
      return explainBlock('blockReason' in details ? details.blockReason : null);
    }
    case 'ALREADY_CANCELLED':
      return explainBlock('already_cancelled');
    default:
      return explain(error);
  }
}

const blocks: Partial<Record<string, string>> = {
  already_cancelled: 'This booking has been cancelled already. Load the page again to see it.',
  checked_in: 'You have been let in with one of these tickets. Please ask at the desk.',
  showtime_started: 'The show has started. This booking can no longer be cancelled.',
  disputed: 'This payment is disputed. Please contact the cinema.',
};

function explainBlock(reason: string | null): string {
  return (
    blocks[reason ?? ''] ?? 'This booking cannot be cancelled here. Please contact the cinema.'
  );
}
