import { hrefOf } from './address.ts';
import { create } from './elements.ts';
import type { Held } from './held-seats.ts';
import { clock } from './local-time.ts';
import { seatNames } from './seat-words.ts';

/** "You hold D5 for 8:41" and "Pay for D6 within 9:12", on every view but that of the seats themselves. */
export class HeldBar {
  readonly #place: HTMLElement;
  readonly #onExpired: () => void;
  #shows: readonly Held[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(place: HTMLElement, onExpired: () => void) {
    this.#place = place;
    this.#onExpired = onExpired;
  }

  /** @param shows the held seats of the shows, except those that the view itself draws */
  draw(shows: readonly Held[]): void {
    clearInterval(this.#timer);
    this.#shows = shows;
    this.#place.hidden = this.#shows.length === 0;
    this.#place.replaceChildren(...this.#shows.map((held) => drawHeld(held)));
    if (this.#shows.length > 0) {
      this.#tick();
      this.#timer = setInterval(() => this.#tick(), 1_000);
    }
  }

  #tick(): void {
    const left = this.#shows.map(({ endsAt }) => Math.ceil((endsAt - Date.now()) / 1_000));
    for (const [index, time] of [...this.#place.querySelectorAll('[role=timer]')].entries()) {
      time.textContent = clock(Math.max(0, left[index] ?? 0));
    }
    if (left.some((seconds) => seconds <= 0)) {
      clearInterval(this.#timer);
      this.#onExpired();
    }
  }
}

function drawHeld({ showtime, seats, reservationId }: Held): HTMLElement {
  const isBought = reservationId !== null;
  return create('p', {}, [
    create('span', {}, [
      isBought ? 'Pay for ' : 'You hold ',
      create('strong', { textContent: seatNames(seats) }),
      isBought ? ' within ' : ' for ',
      create('strong', { role: 'timer' }),
    ]),
    create('span', { className: 'which', textContent: showtime.movie.title }),
    create('a', {
      href: isBought
        ? hrefOf({ view: 'pay', reservationId })
        : hrefOf({ view: 'seats', showtimeId: showtime.id }),
      ariaLabel: `${isBought ? 'Pay for' : 'Continue with'} ${showtime.movie.title}`,
      textContent: isBought ? 'Pay' : 'Continue',
    }),
  ]);
}
