import type { Matinee, Showtime } from '@matinee/sdk';
import { button, create, heading } from '../elements.ts';
import { explain } from '../failures.ts';
import { clockTime, keepNames, placeOf, readNames } from '../place.ts';
import type { Place } from '../place.ts';
import type { View } from '../view.ts';

/** Shows that begin later are not listed, in milliseconds. */
const aheadMs = 8 * 3_600_000;

/** What the view works with. */
export interface ChooseShowOptions {
  matinee: Matinee;
  onChosen: (place: Place) => void;
  onSignOut: () => void;
}

/** Asks which show is at this door, and what this device is called. */
export function openChooseShow({ matinee, onChosen, onSignOut }: ChooseShowOptions): View {
  const closing = new AbortController();
  const names = new NameFields();
  const list = create('div', { className: 'shows', ariaBusy: 'true' });
  const load = () => {
    list.ariaBusy = 'true';
    readShows(matinee, closing.signal)
      .then(
        (shows) => list.replaceChildren(...drawShows(shows, choose)),
        (error: unknown) => list.replaceChildren(...drawFailure(error, load)),
      )
      .finally(() => (list.ariaBusy = 'false'));
  };
  const choose = (show: Showtime) => {
    if (names.keep()) {
      onChosen(placeOf(show));
    }
  };
  load();
  const body = create('section', { className: 'card' }, [
    create('div', { className: 'split' }, [
      create('p', { className: 'brand', textContent: 'Matinee' }),
      button({ className: 'plain', textContent: 'Sign out' }, onSignOut),
    ]),
    heading('Which show?'),
    names.element,
    create('h2', { textContent: 'Running or starting soon' }),
    list,
  ]);
  return { title: 'Choose a show', body, close: () => closing.abort() };
}

/** The longest name that the server takes. */
const mostCharacters = 100;

/** The names of the device and of the door. */
class NameFields {
  readonly element = create('div', { className: 'names' });
  readonly #error = create('p', { className: 'error', id: 'device-error', role: 'alert' });
  readonly #device = create('input', {
    id: 'device',
    required: true,
    maxLength: mostCharacters,
    autocomplete: 'off',
    placeholder: 'east-1',
    value: readNames().deviceId,
  });
  readonly #gate = create('input', {
    id: 'gate',
    maxLength: mostCharacters,
    autocomplete: 'off',
    placeholder: 'East entrance',
    value: readNames().gate,
  });

  constructor() {
    this.#device.setAttribute('aria-describedby', 'device-error');
    this.element.append(
      create('div', { className: 'field' }, [
        create('label', { htmlFor: 'device', textContent: 'Name of this device' }),
        this.#device,
        this.#error,
      ]),
      create('div', { className: 'field' }, [
        create('label', { htmlFor: 'gate', textContent: 'Door (optional)' }),
        this.#gate,
      ]),
    );
  }

  /** Keeps the names for the next show; false when the device has none. */
  keep(): boolean {
    const deviceId = this.#device.value.trim();
    const isNamed = deviceId !== '';
    this.#error.textContent = isNamed ? '' : 'Give this device a name that no other has.';
    this.#device.ariaInvalid = isNamed ? null : 'true';
    if (isNamed) {
      keepNames({ deviceId, gate: this.#gate.value.trim() });
    } else {
      this.#device.focus();
    }
    return isNamed;
  }
}

/** Shows that run now or begin soon. The list is by start and has none that ended. */
async function readShows(matinee: Matinee, signal: AbortSignal): Promise<Showtime[]> {
  const until = Date.now() + aheadMs;
  const shows: Showtime[] = [];
  for await (const show of matinee.showtimes.list.all({}, { signal })) {
    if (show.startTime.getTime() > until) {
      break;
    }
    if (show.cancelledAt === null) {
      shows.push(show);
    }
  }
  return shows;
}

function drawShows(shows: readonly Showtime[], choose: (show: Showtime) => void): HTMLElement[] {
  if (shows.length === 0) {
    return [create('p', { className: 'quiet', textContent: 'No show begins in the next hours.' })];
  }
  const items = shows.map((show) => {
    const { movie, theater, startTime } = show;
    const isRunning = startTime <= new Date();
    const choice = button({ className: 'show-choice' }, () => choose(show));
    choice.append(
      create('time', { textContent: clockTime(startTime, theater.timezone) }),
      create('span', { className: 'what' }, [
        create('strong', { textContent: movie.title }),
        create('span', { textContent: theater.name }),
      ]),
      ...(isRunning ? [create('span', { className: 'tag', textContent: 'Running' })] : []),
    );
    return create('li', {}, [choice]);
  });
  return [create('ul', {}, items)];
}

function drawFailure(error: unknown, again: () => void): HTMLElement[] {
  return [
    create('p', { className: 'error', role: 'alert', textContent: explain(error) }),
    button({ textContent: 'Try again' }, again),
  ];
}
