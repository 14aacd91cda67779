import type { Seat, SeatMap } from '@matinee/sdk';
import { create } from '../elements.ts';
import { money } from '../money.ts';
import { featureWords, markedFeature, seatName, statusWords, typeWords } from '../seat-words.ts';

/** What an arrow key moves: seats to the side, rows down. */
const steps: Record<string, [across: number, down: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * The seats as buttons, row by row. A button stays the same element while its seat changes, so that
 * it keeps the focus of the keyboard.
 */
export class SeatButtons {
  readonly #place: HTMLElement;
  readonly #onPick: (seat: Seat, event: MouseEvent) => void;
  #seats: readonly Seat[] = [];
  #buttons = new Map<string, HTMLButtonElement>();

  constructor(place: HTMLElement, onPick: (seat: Seat, event: MouseEvent) => void) {
    this.#place = place;
    this.#onPick = onPick;
    place.addEventListener('keydown', (event) => this.#move(event));
  }

  /** Draws what is different from the map before. */
  draw({ seats, currency }: SeatMap): void {
    const before = this.#seats;
    this.#seats = seats;
    if (layoutOf(before) !== layoutOf(seats)) {
      this.#build();
    }
    for (const [index, seat] of seats.entries()) {
      const button = this.#buttons.get(seat.id);
      // The store hands out the same object for as long as a seat has not changed.
      if (button && (before[index] !== seat || !button.ariaLabel)) {
        paint(button, seat, currency);
      }
    }
  }

  #build(): void {
    this.#buttons = new Map(this.#seats.map((seat) => [seat.id, this.#button(seat)]));
    const rows = [...Map.groupBy(this.#seats, ({ rowIndex }) => rowIndex).values()];
    this.#place.replaceChildren(...rows.map((row) => this.#row(row)));
    // The Tab key comes to one seat of the hall; the arrow keys go on from there.
    this.#enterAt(this.#seats[0]);
  }

  #row(seats: Seat[]): HTMLElement {
    const label = seats[0]?.rowLabel ?? '';
    const side = () =>
      create('span', { className: 'label', ariaHidden: 'true' }, [
        create('span', { textContent: label }),
      ]);
    const row = create('div', { className: 'row', role: 'group', ariaLabel: `Row ${label}` }, [
      side(),
      ...seats.flatMap(({ id }) => this.#buttons.get(id) ?? []),
      side(),
    ]);
    row.style.gridRow = String(seats[0]?.rowIndex);
    return row;
  }

  #button({ id, seatNumber, position, ...seat }: Seat): HTMLButtonElement {
    const button = create('button', { type: 'button', className: 'seat', tabIndex: -1 }, [
      create('span', { textContent: String(seatNumber) }),
    ]);
    button.dataset['seat'] = seatName({ seatNumber, rowLabel: seat.rowLabel });
    // The first column is for the label of the row; gaps are positions without a seat.
    button.style.gridColumn = String(position + 1);
    button.addEventListener('click', (event) => {
      const now = this.#seats.find((each) => each.id === id);
      if (now) {
        this.#enterAt(now);
        this.#onPick(now, event);
      }
    });
    return button;
  }

  #move(event: KeyboardEvent): void {
    const step = steps[event.key];
    const from = this.#seats.find(({ id }) => this.#buttons.get(id) === document.activeElement);
    if (step && from) {
      event.preventDefault();
      const next = neighbour(this.#seats, from, step) ?? from;
      this.#enterAt(next);
      this.#buttons.get(next.id)?.focus();
    }
  }

  #enterAt(seat: Seat | undefined): void {
    for (const [id, button] of this.#buttons) {
      button.tabIndex = id === seat?.id ? 0 : -1;
    }
  }
}

/** Whether a press of the button can have any effect. */
export function isForYou(seat: Seat): boolean {
  return seat.status === 'available' || seat.yours === true;
}

/** Colour is never all: the label says the same, and a seat one cannot have is struck out. */
function paint(button: HTMLButtonElement, seat: Seat, currency: string): void {
  const status = seat.yours ? 'yours' : seat.status;
  const type = typeWords[seat.seatType] ?? seat.seatType;
  const price = isForYou(seat) ? `, ${money(seat.price, currency)}` : '';
  button.dataset['status'] = status;
  button.dataset['type'] = seat.seatType;
  button.dataset['feature'] = markedFeature(seat) ?? '';
  // Begins with the row, and contains the number that is on the seat as a word of its own.
  const name = `Row ${seat.rowLabel}, seat ${seat.seatNumber}`;
  const features = seat.features.map((feature) => `, ${featureWords[feature] ?? feature}`).join('');
  button.ariaLabel = `${name}, ${type}${features}${price}, ${statusWords[status] ?? status}`;
  button.title = button.ariaLabel;
  button.ariaPressed = String(seat.yours === true);
  // Not `disabled`: a disabled button loses the focus.
  button.ariaDisabled = String(!isForYou(seat));
}

function layoutOf(seats: readonly Seat[]): string {
  return seats.map(({ id, rowIndex, position }) => `${id} ${rowIndex} ${position}`).join();
}

/** The next seat in a direction: gaps are skipped, a shorter row is entered where it is nearest. */
function neighbour(
  seats: readonly Seat[],
  from: Seat,
  [across, down]: [number, number],
): Seat | undefined {
  const distance = (seat: Seat) =>
    // A row has 60 positions at most, so that a nearer row always comes first.
    Math.abs(seat.rowIndex - from.rowIndex) * 100 + Math.abs(seat.position - from.position);
  return seats
    .filter(({ rowIndex, position }) =>
      down === 0
        ? rowIndex === from.rowIndex && (position - from.position) * across > 0
        : (rowIndex - from.rowIndex) * down > 0,
    )
    .toSorted((one, other) => distance(one) - distance(other))[0];
}
