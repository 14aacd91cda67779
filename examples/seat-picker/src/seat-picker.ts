import { isMatineeError, SeatMapStore } from '@matinee/sdk';
import type { LiveState, Matinee, Reservation, Seat, Showtime } from '@matinee/sdk';
import { create, find, openStep, say } from './page.ts';
import { isForYou, SeatButtons } from './seat-buttons.ts';
import { clock, explain, localTime, money, seatName, sum, typeWords } from './words.ts';

export interface SeatPickerOptions {
  matinee: Matinee;
  showtime: Showtime;
  onBack: () => void;
}

const liveWords: Record<LiveState, string> = {
  connecting: 'Connecting…',
  live: 'Live',
  reconnecting: 'Reconnecting…',
  ended: 'Closed',
  failed: 'Not connected',
};

/** A purchase whose answer has not come. Sent again with its key it is still one purchase. */
interface Purchase {
  seatIds: string[];
  idempotencyKey: string;
}

/** The third step: the seats of one show, kept true by the SDK's store while they are looked at. */
export class SeatPicker {
  readonly #matinee: Matinee;
  readonly #showtime: Showtime;
  readonly #store: SeatMapStore;
  readonly #buttons: SeatButtons;
  readonly #closed = new AbortController();
  readonly #unsubscribe: () => void;
  #live: LiveState | undefined;
  #yours: readonly Seat[] = [];
  /** Calls that are under way: what they take away from `yours` has not expired. */
  #acts = 0;
  #purchase: Purchase | undefined;

  constructor({ matinee, showtime, onBack }: SeatPickerOptions) {
    this.#matinee = matinee;
    this.#showtime = showtime;
    openStep('seats');
    find('#title').textContent = showtime.movie.title;
    const day = localTime(showtime, { dateStyle: 'full', timeStyle: 'short' });
    find('#when').textContent = `${day}, ${showtime.theater.name}`;
    find('#back').addEventListener('click', onBack);
    find('#book').addEventListener('click', () => this.#act(() => this.#book()));
    find('#give-back').addEventListener('click', () => this.#act(() => this.#store.unlockSeats()));
    find('#extend').addEventListener('click', () => this.#act(() => this.#store.extendLock()));
    this.#buttons = new SeatButtons(find('#rows'), (seat) => this.#pick(seat));
    this.#store = new SeatMapStore(matinee, { showtimeId: showtime.id });
    this.#unsubscribe = this.#store.subscribe(() => this.#draw());
    this.#draw();
  }

  close(): void {
    this.#closed.abort();
    this.#unsubscribe();
  }

  #pick(seat: Seat): void {
    if (!isForYou(seat)) {
      say(`Seat ${seatName(seat)} is not available. Please choose another one.`);
      return;
    }
    const { id } = seat;
    this.#act(() => (seat.yours ? this.#store.unlockSeats([id]) : this.#store.lockSeats([id])));
  }

  async #book(): Promise<void> {
    const seatIds = this.#yours.map(({ id }) => id);
    this.#purchase ??= { seatIds, idempotencyKey: crypto.randomUUID() };
    const { seatIds: wanted, idempotencyKey } = this.#purchase;
    try {
      const input = { showtimeId: this.#showtime.id, seatIds: wanted };
      const reservation = await this.#matinee.reservations.create(input, { idempotencyKey });
      this.#purchase = undefined;
      this.#showTicket(reservation);
    } catch (error) {
      if (!isMatineeError(error) || !error.isRetryable) {
        this.#purchase = undefined;
      }
      throw error;
    } finally {
      // The map changes by itself; which seats are one's own is asked for.
      await this.#store.reload();
    }
  }

  /** Whoever has left the page in the meantime is told all the same. */
  #showTicket(reservation: Reservation): void {
    if (this.#closed.signal.aborted) {
      say(`Booked. Your reference is ${reservation.reference}.`, 'good');
    } else {
      drawTicket(reservation);
    }
  }

  /** Does something for the customer, and says it when it does not work. */
  #act(act: () => Promise<unknown>): void {
    say('');
    this.#acts += 1;
    act()
      .catch((error: unknown) => say(explain(error, this.#store.getSnapshot().seatMap?.seats)))
      .finally(() => {
        this.#acts -= 1;
        this.#draw();
      });
  }

  #draw(): void {
    // A call may end after the customer has left.
    if (this.#closed.signal.aborted) {
      return;
    }
    const { seatMap, yours, secondsLeft, error, live } = this.#store.getSnapshot();
    if (live !== this.#live) {
      this.#live = live;
      drawLive(live, error);
    }
    if (seatMap) {
      this.#buttons.draw(seatMap);
      drawLegend(seatMap.seats, seatMap.currency);
    }
    if (yours.length < this.#yours.length && this.#acts === 0 && !this.#purchase) {
      say(
        'Your time is up: the seats are no longer locked for you. Choose again if you still want them.',
      );
    }
    this.#yours = yours;
    this.#drawChoice(secondsLeft);
  }

  #drawChoice(secondsLeft: number | null): void {
    const { currency } = this.#showtime;
    const yours = this.#yours;
    find('#yours').replaceChildren(
      ...yours.map((seat) =>
        create('li', {}, [
          create('span', { textContent: `Seat ${seatName(seat)}` }),
          create('span', { className: 'quiet', textContent: typeWords[seat.seatType] ?? '' }),
          create('span', { textContent: money(seat.price, currency) }),
        ]),
      ),
    );
    find('#hint').hidden = yours.length > 0 || this.#purchase !== undefined;
    find('#total').textContent =
      yours.length > 0 ? `Total ${money(sum(yours.map(({ price }) => price)), currency)}` : '';
    find('#countdown').hidden = secondsLeft === null;
    find('#countdown').classList.toggle('soon', (secondsLeft ?? 60) < 60);
    find('#time-left').textContent = clock(secondsLeft ?? 0);
    const isIdle = this.#acts === 0;
    const book = find('#book', HTMLButtonElement);
    book.disabled = !isIdle || (yours.length === 0 && !this.#purchase);
    book.textContent = this.#purchase ? 'Try again' : 'Book';
    find('#give-back', HTMLButtonElement).disabled = !isIdle || yours.length === 0;
  }
}

function drawLive(live: LiveState, error: unknown): void {
  const pill = find('#live');
  pill.textContent = liveWords[live];
  pill.dataset['state'] = live;
  if (live === 'ended') {
    say('This show is no longer on sale: it has started or has been cancelled.');
  } else if (live === 'failed') {
    say(explain(error));
  }
}

function drawLegend(seats: readonly Seat[], currency: string): void {
  const legend = find('#legend');
  const prices = new Map(seats.map(({ seatType, price }) => [seatType, money(price, currency)]));
  const entries = [
    ...[...prices].map(([type, price]) => ({
      status: 'available',
      type,
      text: `${typeWords[type] ?? type} ${price}`,
    })),
    { status: 'yours', type: '', text: 'Yours' },
    { status: 'locked', type: '', text: 'Locked by others' },
    { status: 'reserved', type: '', text: 'Sold' },
    { status: 'blocked', type: '', text: 'Out of order' },
  ];
  const text = entries.map((entry) => entry.text).join();
  if (legend.dataset['text'] === text) {
    return;
  }
  legend.dataset['text'] = text;
  legend.replaceChildren(
    ...entries.map((entry) => {
      const swatch = create('i', { className: 'seat' });
      swatch.dataset['status'] = entry.status;
      swatch.dataset['type'] = entry.type;
      return create('li', {}, [swatch, entry.text]);
    }),
  );
}

function drawTicket({ reference, seats, totalPrice, currency }: Reservation): void {
  const names = seats.map((seat) => seatName(seat)).join(', ');
  const ticket = find('#ticket');
  ticket.replaceChildren(
    create('p', { textContent: 'Booked. Your reference is' }),
    create('strong', { textContent: reference }),
    create('p', { textContent: `${names}: ${money(totalPrice, currency)}` }),
  );
  // The button that was pressed has nothing to do any more, and cannot keep the focus.
  ticket.focus();
}
