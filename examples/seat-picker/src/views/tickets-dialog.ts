import type { Matinee, Reservation, Ticket } from '@matinee/sdk';
import { create } from '../elements.ts';
import { explain } from '../failures.ts';

/** Shows the QR codes of a booking, for the door, and saves them as PDF. */
export function showTickets(matinee: Matinee, { id, reference, showtime }: Reservation): void {
  const codes = create('div', { className: 'codes' });
  const error = create('p', { className: 'error', role: 'alert' });
  const close = create('button', { type: 'button', textContent: 'Close' });
  const save = create('button', { className: 'primary', type: 'button' }, ['Save as PDF']);
  const dialog = create('dialog', { className: 'card tickets' }, [
    create('h2', { id: 'tickets-title', textContent: showtime.movie.title }),
    create('p', { className: 'quiet', textContent: 'Show a code for each seat at the entrance.' }),
    codes,
    error,
    create('div', { className: 'buttons' }, [close, save]),
  ]);
  dialog.setAttribute('aria-labelledby', 'tickets-title');
  const pictures: string[] = [];
  close.addEventListener('click', () => dialog.close());
  save.addEventListener('click', () => {
    save.disabled = true;
    error.textContent = '';
    savePdf(matinee, { id, reference })
      .catch((failure: unknown) => {
        error.textContent = explain(failure);
      })
      .finally(() => {
        save.disabled = false;
      });
  });
  dialog.addEventListener('close', () => {
    pictures.forEach((picture) => URL.revokeObjectURL(picture));
    dialog.remove();
  });
  addEventListener('hashchange', () => dialog.close(), { once: true });
  document.body.append(dialog);
  dialog.showModal();
  drawCodes(matinee, id, { codes, pictures }).catch((failure: unknown) => {
    error.textContent = explain(failure);
  });
}

async function drawCodes(
  matinee: Matinee,
  reservationId: string,
  { codes, pictures }: { codes: HTMLElement; pictures: string[] },
): Promise<void> {
  const tickets = await matinee.tickets.list({ reservationId });
  const valid = tickets.filter(({ status }) => status !== 'void');
  for (const ticket of valid) {
    const file = await matinee.tickets.picture({ reservationId, seatId: ticket.seatId });
    const picture = URL.createObjectURL(file);
    pictures.push(picture);
    codes.append(drawCode(ticket, picture));
  }
}

function drawCode({ rowLabel, seatNumber, ticketType, status }: Ticket, src: string): HTMLElement {
  const seat = `${rowLabel}${seatNumber}`;
  const used = status === 'used' ? ', used' : '';
  return create('figure', {}, [
    create('img', { src, alt: `QR code of the ticket for seat ${seat}` }),
    create('figcaption', { textContent: `${seat}, ${ticketType.name}${used}` }),
  ]);
}

async function savePdf(
  matinee: Matinee,
  { id, reference }: Pick<Reservation, 'id' | 'reference'>,
): Promise<void> {
  const file = await matinee.tickets.pdf({ reservationId: id });
  const href = URL.createObjectURL(file);
  create('a', { href, download: `tickets-${reference}.pdf` }).click();
  URL.revokeObjectURL(href);
}
