import type { Quote, Reservation, Seat, ShowTicketType } from '@matinee/sdk';
import { hrefOf } from '../address.ts';
import { create } from '../elements.ts';
import { clock } from '../local-time.ts';
import { money } from '../money.ts';
import { seatNames } from '../seat-words.ts';
import { Tickets } from './tickets.ts';
import type { Ticket } from './tickets.ts';

export interface ChoiceOptions {
  ticketTypes: readonly ShowTicketType[];
  currency: string;
  /** The seats or their ticket types are others: what they cost has to be asked. */
  onChange: () => void;
  onBook: () => void;
  onGiveBack: () => void;
  onExtend: () => void;
}

export interface ChoiceState {
  yours: readonly Seat[];
  secondsLeft: number | null;
  isBusy: boolean;
  /** A purchase was sent whose response has not come. */
  isUnanswered: boolean;
}

/** The panel beside the hall: the customer's seats, the countdown and the purchase. */
export class Choice {
  readonly element: HTMLElement;
  readonly #hint = create('p', { className: 'quiet hint' });
  readonly #tickets: Tickets;
  readonly #currency: string;
  readonly #onChange: () => void;
  readonly #fee = create('p', { className: 'fee quiet' });
  readonly #total = create('p', { className: 'total' });
  readonly #problem = create('p', { className: 'error', role: 'alert' });
  #quote: Quote | undefined;
  /** For screen readers: what a press of a seat has changed. */
  readonly #news = create('p', { className: 'visually-hidden', role: 'status' });
  readonly #timeLeft = create('strong', { id: 'time-left', role: 'timer' });
  readonly #countdown: HTMLElement;
  readonly #book = create('button', { id: 'book', className: 'primary', type: 'button' });
  readonly #giveBack = create('button', { type: 'button', textContent: 'Give back' });
  readonly #ticket = create('div', { id: 'ticket', role: 'status', tabIndex: -1 });

  constructor(options: ChoiceOptions) {
    const { ticketTypes: types, currency, onBook, onGiveBack, onExtend } = options;
    this.#currency = currency;
    this.#onChange = options.onChange;
    this.#tickets = new Tickets({ types, currency, onChange: () => this.#ask() });
    this.#hint.textContent = 'Choose a seat. It is held for you while you decide.';
    const extend = create('button', { className: 'plain', type: 'button' }, ['More time']);
    this.#countdown = create('p', { id: 'countdown' }, [
      create('span', {}, ['Held for ', this.#timeLeft]),
      extend,
    ]);
    this.element = create('aside', { className: 'card choice', ariaLabel: 'Your choice' }, [
      create('h2', { textContent: 'Your seats' }),
      this.#hint,
      this.#tickets.element,
      this.#fee,
      this.#total,
      this.#problem,
      this.#news,
      this.#countdown,
      create('div', { className: 'buttons' }, [this.#book, this.#giveBack]),
      this.#ticket,
    ]);
    this.#book.addEventListener('click', onBook);
    this.#giveBack.addEventListener('click', onGiveBack);
    extend.addEventListener('click', onExtend);
  }

  /** What is to be bought. */
  get tickets(): Ticket[] {
    return this.#tickets.chosen;
  }

  /** The total that the customer has been shown, once the server has said it. */
  get shownTotal(): string | undefined {
    return this.#quote?.total;
  }

  /** Shows what the seats cost, fees included. */
  showQuote(quote: Quote): void {
    this.#quote = quote;
    this.#tickets.showPrices(quote);
    this.#problem.textContent = '';
  }

  /** Shows why the tickets cannot be bought together. */
  showProblem(words: string): void {
    this.#problem.textContent = words;
  }

  #ask(): void {
    this.#quote = undefined;
    this.#problem.textContent = '';
    this.#onChange();
  }

  draw({ yours, secondsLeft, isBusy, isUnanswered }: ChoiceState): void {
    const isEmpty = yours.length === 0;
    if (this.#tickets.draw(yours)) {
      this.#ask();
    }
    this.#hint.hidden = !isEmpty || isUnanswered;
    const { fees = '0.00', total = this.#tickets.listTotal } = this.#quote ?? {};
    this.#fee.textContent = Number(fees) === 0 ? '' : `Booking fee ${money(fees, this.#currency)}`;
    this.#total.textContent = isEmpty ? '' : `Total ${money(total, this.#currency)}`;
    const news = isEmpty ? '' : `Held for you: ${seatNames(yours)}. ${this.#total.textContent}.`;
    if (news !== this.#news.textContent) {
      this.#news.textContent = news;
    }
    this.#countdown.hidden = secondsLeft === null;
    this.#countdown.classList.toggle('soon', (secondsLeft ?? 60) < 60);
    this.#timeLeft.textContent = clock(secondsLeft ?? 0);
    const isRefused = this.#problem.textContent !== '' && !isUnanswered;
    this.#book.disabled = isBusy || isRefused || (isEmpty && !isUnanswered);
    this.#book.textContent = isUnanswered ? 'Try again' : 'Book';
    this.#giveBack.disabled = isBusy || isEmpty;
  }

  /** Removes the ticket of the purchase before. */
  endTicket(): void {
    this.#ticket.replaceChildren();
  }

  showTicket({ reference, seats, total, currency }: Reservation): void {
    this.#hint.textContent = 'Choose more seats if you like.';
    this.#ticket.replaceChildren(
      create('p', { textContent: 'Booked. Your reference is' }),
      create('strong', { textContent: reference }),
      create('p', { textContent: `${seatNames(seats)}: ${money(total, currency)}` }),
      create('a', { href: hrefOf({ view: 'bookings' }), textContent: 'See my bookings' }),
    );
    // The button that was pressed has nothing to do any more, and cannot keep the focus.
    this.#ticket.focus();
  }
}
