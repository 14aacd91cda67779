import type { Reservation, Seat } from '@matinee/sdk';
import { hrefOf } from '../address.ts';
import { create } from '../elements.ts';
import { clock } from '../local-time.ts';
import { money, sum } from '../money.ts';
import { seatName, seatNames, typeWords } from '../seat-words.ts';

export interface ChoiceOptions {
  onBook: () => void;
  onGiveBack: () => void;
  onExtend: () => void;
}

export interface ChoiceState {
  yours: readonly Seat[];
  currency: string;
  secondsLeft: number | null;
  isBusy: boolean;
  /** A purchase was sent whose response has not come. */
  isUnanswered: boolean;
}

/** The panel beside the hall: the customer's seats, the countdown and the purchase. */
export class Choice {
  readonly element: HTMLElement;
  readonly #hint = create('p', { className: 'quiet hint' });
  readonly #seats = create('ul', { className: 'yours' });
  readonly #total = create('p', { className: 'total' });
  /** For screen readers: what a press of a seat has changed. */
  readonly #news = create('p', { className: 'visually-hidden', role: 'status' });
  readonly #timeLeft = create('strong', { id: 'time-left', role: 'timer' });
  readonly #countdown: HTMLElement;
  readonly #book = create('button', { id: 'book', className: 'primary', type: 'button' });
  readonly #giveBack = create('button', { type: 'button', textContent: 'Give back' });
  readonly #ticket = create('div', { id: 'ticket', role: 'status', tabIndex: -1 });

  constructor({ onBook, onGiveBack, onExtend }: ChoiceOptions) {
    this.#hint.textContent = 'Choose a seat. It is held for you while you decide.';
    const extend = create('button', { className: 'plain', type: 'button' }, ['More time']);
    this.#countdown = create('p', { id: 'countdown' }, [
      create('span', {}, ['Held for ', this.#timeLeft]),
      extend,
    ]);
    this.element = create('aside', { className: 'card choice', ariaLabel: 'Your choice' }, [
      create('h2', { textContent: 'Your seats' }),
      this.#hint,
      this.#seats,
      this.#total,
      this.#news,
      this.#countdown,
      create('div', { className: 'buttons' }, [this.#book, this.#giveBack]),
      this.#ticket,
    ]);
    this.#book.addEventListener('click', onBook);
    this.#giveBack.addEventListener('click', onGiveBack);
    extend.addEventListener('click', onExtend);
  }

  draw({ yours, currency, secondsLeft, isBusy, isUnanswered }: ChoiceState): void {
    const isEmpty = yours.length === 0;
    this.#seats.replaceChildren(...yours.map((seat) => drawSeat(seat, currency)));
    this.#hint.hidden = !isEmpty || isUnanswered;
    this.#total.textContent = isEmpty
      ? ''
      : `Total ${money(sum(yours.map(({ price }) => price)), currency)}`;
    const news = isEmpty ? '' : `Held for you: ${seatNames(yours)}. ${this.#total.textContent}.`;
    if (news !== this.#news.textContent) {
      this.#news.textContent = news;
    }
    this.#countdown.hidden = secondsLeft === null;
    this.#countdown.classList.toggle('soon', (secondsLeft ?? 60) < 60);
    this.#timeLeft.textContent = clock(secondsLeft ?? 0);
    this.#book.disabled = isBusy || (isEmpty && !isUnanswered);
    this.#book.textContent = isUnanswered ? 'Try again' : 'Book';
    this.#giveBack.disabled = isBusy || isEmpty;
  }

  /** Removes the ticket of the purchase before. */
  endTicket(): void {
    this.#ticket.replaceChildren();
  }

  showTicket({ reference, seats, totalPrice, currency }: Reservation): void {
    this.#hint.textContent = 'Choose more seats if you like.';
    this.#ticket.replaceChildren(
      create('p', { textContent: 'Booked. Your reference is' }),
      create('strong', { textContent: reference }),
      create('p', { textContent: `${seatNames(seats)}: ${money(totalPrice, currency)}` }),
      create('a', { href: hrefOf({ view: 'bookings' }), textContent: 'See my bookings' }),
    );
    // The button that was pressed has nothing to do any more, and cannot keep the focus.
    this.#ticket.focus();
  }
}

function drawSeat(seat: Seat, currency: string): HTMLElement {
  return create('li', {}, [
    create('span', { textContent: `Seat ${seatName(seat)}` }),
    create('span', { className: 'quiet', textContent: typeWords[seat.seatType] ?? '' }),
    create('span', { textContent: money(seat.price, currency) }),
  ]);
}
