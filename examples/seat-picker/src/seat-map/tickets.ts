import type { Quote, Seat, ShowTicketType } from '@matinee/sdk';
import { create } from '../elements.ts';
import { money, sum } from '../money.ts';
import { seatName, typeWords } from '../seat-words.ts';

/** A seat with its ticket type, as a purchase takes it. */
export type Ticket = Pick<Quote['seats'][number], 'seatId' | 'ticketTypeId'>;

interface Row {
  element: HTMLElement;
  price: HTMLElement;
  ticketTypeId: string;
}

export interface TicketsOptions {
  /** In their order; the first one is chosen until the customer chooses another. */
  types: readonly ShowTicketType[];
  currency: string;
  onChange: () => void;
}

/** The customer's seats, each with who it is for. A row stays while its seat is held, with its focus. */
export class Tickets {
  readonly element = create('ul', { className: 'yours' });
  readonly #options: TicketsOptions;
  readonly #rows = new Map<string, Row>();
  #seats: readonly Seat[] = [];

  constructor(options: TicketsOptions) {
    this.#options = options;
  }

  /** Draws the seats. @returns whether they are others than before */
  draw(seats: readonly Seat[]): boolean {
    const ids = seats.map(({ id }) => id);
    const isSame = ids.join() === this.#seats.map(({ id }) => id).join();
    this.#seats = seats;
    if (isSame) {
      return false;
    }
    for (const id of [...this.#rows.keys()].filter((known) => !ids.includes(known))) {
      this.#rows.delete(id);
    }
    for (const seat of seats) {
      if (!this.#rows.has(seat.id)) {
        this.#rows.set(seat.id, this.#drawRow(seat));
      }
    }
    this.element.replaceChildren(...ids.flatMap((id) => this.#rows.get(id)?.element ?? []));
    return true;
  }

  get chosen(): Ticket[] {
    return this.#seats.flatMap(({ id: seatId }) => {
      const ticketTypeId = this.#rows.get(seatId)?.ticketTypeId;
      return ticketTypeId === undefined ? [] : [{ seatId, ticketTypeId }];
    });
  }

  /** What the seats cost by the list of the show, until the quote says it. */
  get listTotal(): string {
    return sum(
      this.#seats.map((seat) => this.#priceOf(seat, this.#rows.get(seat.id)?.ticketTypeId)),
    );
  }

  /** Shows what the seats really cost: a seat keeps the prices that it was locked at. */
  showPrices({ seats, currency }: Quote): void {
    for (const { seatId, price } of seats) {
      const row = this.#rows.get(seatId);
      if (row) {
        row.price.textContent = money(price, currency);
      }
    }
  }

  #drawRow(seat: Seat): Row {
    const { types, onChange } = this.#options;
    const [first] = types;
    const price = create('span', { className: 'price' });
    const row: Row = { element: create('li'), price, ticketTypeId: first?.id ?? '' };
    const showPrice = () => (price.textContent = this.#words(seat, row.ticketTypeId));
    const name = `Seat ${seatName(seat)}`;
    row.element.append(
      create('span', { textContent: name }),
      create('span', { className: 'quiet', textContent: typeWords[seat.seatType] ?? '' }),
      price,
    );
    if (types.length > 1) {
      const select = create(
        'select',
        { ariaLabel: `Ticket for ${name}` },
        types.map(({ id, name: words }) => create('option', { value: id, textContent: words })),
      );
      select.addEventListener('change', () => {
        row.ticketTypeId = select.value;
        showPrice();
        onChange();
      });
      row.element.insertBefore(select, price);
    }
    showPrice();
    return row;
  }

  #words(seat: Seat, ticketTypeId: string): string {
    return money(this.#priceOf(seat, ticketTypeId), this.#options.currency);
  }

  #priceOf({ seatType, price }: Seat, ticketTypeId: string | undefined): string {
    const [first] = this.#options.types;
    const type = this.#options.types.find(({ id }) => id === ticketTypeId);
    // The map has the price that the seat was locked at.
    return !type || type === first ? price : (type.prices[seatType] ?? type.prices.regular);
  }
}
