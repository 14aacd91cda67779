import { isMatineeError, SeatMapStore, seatsLockedWith } from '@matinee/sdk';
import type { Inputs, LiveState, Reservation, Seat, Showtime } from '@matinee/sdk';
import { hrefOf, signInHref } from '../address.ts';
import { create, heading } from '../elements.ts';
import { explain, isSignedOut } from '../failures.ts';
import { localDate, longTime, startOf } from '../local-time.ts';
import { ownLocale } from '../locale.ts';
import { say } from '../notice.ts';
import { drawPoster } from '../poster.ts';
import { Choice } from '../seat-map/choice.ts';
import { Hall } from '../seat-map/hall.ts';
import { Legend } from '../seat-map/legend.ts';
import { isForYou, SeatButtons } from '../seat-map/seat-buttons.ts';
import { seatName } from '../seat-words.ts';
import { isOnSale } from '../shop.ts';
import type { Shop } from '../shop.ts';
import type { View } from '../view.ts';
import { askForAccessibility } from './accessibility-dialog.ts';

/** The seats of one show, for as long as it is on sale. */
export async function openSeats(
  shop: Shop,
  showtimeId: string,
  signal: AbortSignal,
): Promise<View> {
  const { matinee, session, held } = shop;
  const [showtime] = await Promise.all([
    matinee.showtimes.get({ showtimeId }, { signal }),
    session.isSignedIn ? held.read() : undefined,
  ]);
  if (isOnSale(showtime)) {
    return new SeatsView(shop, showtime);
  }
  const why =
    showtime.cancelledAt === null
      ? 'This show has started; its seats are no longer on sale.'
      : 'This show has been cancelled. Please choose another one.';
  const body = create('section', {}, [
    ...drawShow(shop, showtime),
    create('p', { className: 'card', textContent: why }),
  ]);
  return { title: showtime.movie.title, body };
}

const liveWords: Record<LiveState, string> = {
  connecting: 'Connecting…',
  live: 'Live',
  reconnecting: 'Reconnecting…',
  ended: 'Closed',
  failed: 'Not connected',
};

/** A purchase whose response has not come. Sent again with its key, it is still one purchase. */
interface Purchase {
  input: Inputs['reservations']['create'];
  idempotencyKey: string;
}

/** Seats are kept up to date by the SDK's store while the view is open. */
class SeatsView implements View {
  readonly title: string;
  readonly body: HTMLElement;
  readonly #shop: Shop;
  readonly #showtime: Showtime;
  readonly #store: SeatMapStore;
  readonly #hall = new Hall();
  readonly #buttons: SeatButtons;
  readonly #legend = new Legend();
  readonly #choice: Choice;
  readonly #livePill = create('p', { id: 'live', role: 'status' });
  readonly #closed = new AbortController();
  readonly #unsubscribe: () => void;
  #live: LiveState | undefined;
  #yours: readonly Seat[] = [];
  /** Calls that are under way: seats that they remove from `yours` have not expired. */
  #acts = 0;
  #purchase: Purchase | undefined;
  /** How often the server was asked what the choice costs. */
  #quotes = 0;
  /** The customer has said that a wheelchair place is needed. */
  #accessibility: true | undefined;
  /** The seat that was chosen before signing in. It is locked once the map is known. */
  #wantedSeatId: string | undefined;

  constructor(shop: Shop, showtime: Showtime) {
    this.#shop = shop;
    this.#showtime = showtime;
    this.title = `Seats for ${showtime.movie.title}`;
    this.#buttons = new SeatButtons(this.#hall.rows, (seat, event) => this.#pick(seat, event));
    this.#choice = new Choice({
      ticketTypes: showtime.ticketTypes,
      currency: showtime.currency,
      onChange: () => void this.#askPrice(),
      onBook: () => this.#act(() => this.#book()),
      onGiveBack: () => this.#act(() => this.#store.unlockSeats()),
      onExtend: () => this.#act(() => this.#store.extendLock()),
    });
    const map = create('div', { className: 'card map' }, [
      this.#hall.element,
      this.#legend.element,
    ]);
    this.body = create('section', { className: 'seats' }, [
      ...drawShow(shop, showtime, this.#livePill),
      create('div', { className: 'picker' }, [map, this.#choice.element]),
    ]);
    if (shop.session.isSignedIn && shop.wanted?.showtimeId === showtime.id) {
      this.#wantedSeatId = shop.wanted.seatId;
    }
    this.#store = new SeatMapStore(shop.matinee, { showtimeId: showtime.id });
    this.#unsubscribe = this.#store.subscribe(() => this.#draw());
    this.#draw();
  }

  close(): void {
    this.#closed.abort();
    this.#unsubscribe();
    this.#hall.close();
  }

  #pick(seat: Seat, event: MouseEvent): void {
    const isFinger = event instanceof PointerEvent && event.pointerType === 'touch';
    if (isFinger && this.#hall.isTooSmallForFingers) {
      this.#hall.zoomIn(event);
    } else if (!isForYou(seat)) {
      say(`Seat ${seatName(seat)} is not available. Please choose another one.`);
    } else if (!this.#shop.session.isSignedIn) {
      this.#signInFor(seat.id);
    } else if (seat.yours) {
      this.#release(seat);
    } else {
      this.#lock(seat);
    }
  }

  /** Gives a seat back, or leads to its payment if it is bought. */
  #release(seat: Seat): void {
    const reservationId = this.#shop.held.reservationOf(seat.id);
    if (reservationId === undefined) {
      this.#act(() => this.#store.unlockSeats(this.#idsWith(seat)));
    } else {
      location.hash = hrefOf({ view: 'pay', reservationId });
    }
  }

  /** Both halves of a love seat, or the one seat. */
  #idsWith(seat: Seat): string[] {
    const { seats = [] } = this.#store.getSnapshot().seatMap ?? {};
    return seatsLockedWith(seat, seats).map(({ id }) => id);
  }

  #lock(seat: Seat): void {
    const accessibility = this.#accessibility;
    if (seat.features.includes('wheelchair') && !accessibility) {
      askForAccessibility(() => {
        this.#accessibility = true;
        this.#lock(seat);
      });
      return;
    }
    this.#choice.endTicket();
    this.#act(async () => {
      try {
        await this.#store.lockSeats(this.#idsWith(seat), { accessibility });
      } catch (error) {
        // The client has led to the sign-in already; the seat is locked afterwards.
        if (isSignedOut(error)) {
          this.#shop.wanted = { showtimeId: this.#showtime.id, seatId: seat.id };
          return;
        }
        throw error;
      }
    });
  }

  #signInFor(seatId: string): void {
    this.#shop.wanted = { showtimeId: this.#showtime.id, seatId };
    location.hash = signInHref();
  }

  async #book(): Promise<void> {
    const { matinee, session } = this.#shop;
    const { contactEmail } = session;
    const { tickets: seats, shownTotal: expectedTotal } = this.#choice;
    this.#purchase ??= {
      input: {
        showtimeId: this.#showtime.id,
        seats,
        contactEmail,
        locale: ownLocale,
        expectedTotal,
      },
      idempotencyKey: crypto.randomUUID(),
    };
    const { input, idempotencyKey } = this.#purchase;
    try {
      const reservation = await matinee.reservations.create(input, { idempotencyKey });
      this.#purchase = undefined;
      this.#showPurchase(reservation);
    } catch (error) {
      if (isMatineeError(error) && error.code === 'PAYMENT_PENDING') {
        // Bought in another tab.
        location.hash = hrefOf({ view: 'pay', reservationId: error.details.reservationId });
      }
      if (!isMatineeError(error) || !error.isRetryable) {
        this.#purchase = undefined;
        void this.#askPrice();
      }
      throw error;
    } finally {
      // The map changes by itself; which seats are the customer's has to be read.
      await this.#store.reload();
    }
  }

  /** Asks the server what the chosen tickets cost together, fees included, or why they are not sold. */
  async #askPrice(): Promise<void> {
    this.#quotes += 1;
    const asked = this.#quotes;
    const seats = this.#choice.tickets;
    if (seats.length === 0 || this.#closed.signal.aborted) {
      return;
    }
    const { signal } = this.#closed;
    let show: () => void = () => {};
    try {
      const { id: showtimeId } = this.#showtime;
      const quote = await this.#shop.matinee.reservations.quote({ showtimeId, seats }, { signal });
      show = () => this.#choice.showQuote(quote);
    } catch (error) {
      // Without a quote the prices of the list are shown; only what cannot be bought is said.
      if (isMatineeError(error) && refusedTickets.has(error.code)) {
        show = () => this.#choice.showProblem(explain(error));
      }
    }
    if (asked === this.#quotes) {
      show();
      this.#draw();
    }
  }

  #showPurchase(reservation: Reservation): void {
    const isPending = reservation.status === 'pending';
    if (this.#closed.signal.aborted) {
      // The customer has left the view in the meantime.
      void this.#shop.held.read();
      say(isPending ? 'Your seats wait for your payment.' : bookedWords(reservation), 'good');
    } else if (isPending) {
      location.hash = hrefOf({ view: 'pay', reservationId: reservation.id });
    } else {
      this.#choice.showTicket(reservation);
    }
  }

  /** Does something for the customer, and reports a failure. */
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
    const { seatMap, secondsLeft, error, live, ...snapshot } = this.#store.getSnapshot();
    // Seats that are bought and not paid have a view of their own.
    const yours = snapshot.yours.filter(
      ({ id }) => this.#shop.held.reservationOf(id) === undefined,
    );
    this.#drawLive(live, error);
    if (seatMap) {
      this.#hall.setColumns(Math.max(0, ...seatMap.seats.map(({ position }) => position)));
      this.#buttons.draw(seatMap);
      this.#legend.draw(seatMap.seats, seatMap.currency);
      this.#lockWanted(seatMap.seats);
    }
    if (yours.length < this.#yours.length && this.#acts === 0 && !this.#purchase) {
      say(
        'Your time is up: the seats are no longer locked for you. Choose again if you still want them.',
      );
    }
    this.#yours = yours;
    this.#choice.draw({
      yours,
      secondsLeft: yours.length === 0 ? null : secondsLeft,
      isBusy: this.#acts > 0,
      isUnanswered: this.#purchase !== undefined,
    });
  }

  #lockWanted(seats: readonly Seat[]): void {
    const seat = seats.find(({ id }) => id === this.#wantedSeatId);
    this.#wantedSeatId = undefined;
    if (seat && !seat.yours) {
      this.#lock(seat);
    }
  }

  #drawLive(live: LiveState, error: unknown): void {
    if (live === this.#live) {
      return;
    }
    this.#live = live;
    this.#livePill.textContent = liveWords[live];
    this.#livePill.dataset['state'] = live;
    if (live === 'ended') {
      say('This show is no longer on sale: it has started or has been cancelled.');
    } else if (live === 'failed' && !isSignedOut(error)) {
      say(explain(error));
    }
  }
}

/** Why tickets are not sold together. */
const refusedTickets: ReadonlySet<string> = new Set(['TICKET_TYPE_NOT_ALLOWED', 'AGE_RESTRICTED']);

function bookedWords({ reference }: Reservation): string {
  return `Booked. Your reference is ${reference}.`;
}

/** The links back, and what is shown where and when. */
function drawShow(
  { serverUrl }: Shop,
  { movie, theater, ...showtime }: Showtime,
  ...beside: HTMLElement[]
): HTMLElement[] {
  const start = startOf({ theater, startTime: showtime.startTime });
  const day = hrefOf({ view: 'programme', date: localDate(start) });
  return [
    create('a', { className: 'back', href: day, textContent: '← All shows of the day' }),
    create('div', { className: 'heading' }, [
      create('a', { href: hrefOf({ view: 'movie', movieId: movie.id }), ariaLabel: movie.title }, [
        drawPoster(movie, serverUrl),
      ]),
      create('div', { className: 'about' }, [
        heading(movie.title),
        create('p', { className: 'quiet', textContent: `${longTime(start)}, ${theater.name}` }),
      ]),
      ...beside,
    ]),
  ];
}
