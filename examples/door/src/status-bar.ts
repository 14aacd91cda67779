import { create } from './elements.ts';
import type { Keeper } from './keeper.ts';
import { clockTime } from './place.ts';
import type { Place } from './place.ts';

/** The show, the connection, and how many have come. */
export class StatusBar {
  readonly element: HTMLElement;
  readonly #place: Place;
  readonly #line = create('p', { className: 'line', role: 'status' });
  readonly #inside = create('dd', { id: 'inside' });
  readonly #expected = create('dd', { id: 'expected' });
  readonly #waiting = create('dd', { id: 'waiting' });

  constructor(place: Place, changeShow: HTMLElement) {
    this.#place = place;
    this.element = create('header', { className: 'bar' }, [
      create('div', { className: 'show' }, [
        create('h1', { textContent: place.movie, tabIndex: -1 }),
        create('p', { className: 'quiet', textContent: `${place.theater} · ${place.start}` }),
      ]),
      changeShow,
      this.#line,
      create('dl', { className: 'counts' }, [
        pair('Inside', this.#inside),
        pair('Expected', this.#expected),
        pair('To upload', this.#waiting),
      ]),
    ]);
  }

  draw(keeper: Keeper): void {
    const { door, waiting } = keeper;
    const isOnline = door.isOnline && navigator.onLine;
    this.#line.dataset['state'] = isOnline && door.manifest ? 'online' : 'offline';
    set(this.#line, `${isOnline ? 'Online' : 'Offline'}${this.#basis(keeper, isOnline)}`);
    set(this.#inside, String(door.inside));
    set(this.#expected, String(door.manifest?.tickets.length ?? '–'));
    set(this.#waiting, String(waiting));
    this.#waiting.parentElement?.classList.toggle('some', waiting > 0);
  }

  /** What verdicts rest on, unless the server gives them. */
  #basis({ door, listedAt }: Keeper, isOnline: boolean): string {
    if (!door.manifest) {
      return ' · no list yet';
    }
    return isOnline || !listedAt
      ? ''
      : ` · by the list of ${clockTime(listedAt, this.#place.timeZone)}`;
  }
}

function pair(term: string, value: HTMLElement): HTMLElement {
  return create('div', {}, [create('dt', { textContent: term }), value]);
}

/** Only a change is written: a status that is written again is read aloud again. */
function set(element: HTMLElement, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
