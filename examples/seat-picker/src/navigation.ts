import { readAddress } from './address.ts';
import type { Address } from './address.ts';
import { endNotice } from './notice.ts';
import type { View } from './view.ts';

export interface NavigationOptions {
  place: HTMLElement;
  /** Opens the view of an address; rejects if it cannot be opened. */
  open: (address: Address, signal: AbortSignal) => Promise<View>;
  openFailed: (error: unknown, onRetry: () => void) => View;
  /** Called after a view has opened. */
  onOpened: (address: Address) => void;
}

/** Opens the view of the present address, also after Back, Forward and a reload. */
export class Navigation {
  readonly #options: NavigationOptions;
  #opening = new AbortController();
  #view: View | undefined;
  #hash = '';
  #previousHash = '';

  constructor(options: NavigationOptions) {
    this.#options = options;
    history.scrollRestoration = 'manual';
    addEventListener('hashchange', () => {
      endNotice();
      void this.open();
    });
    // Each entry of the history remembers how far its view was scrolled.
    addEventListener('scrollend', () => history.replaceState({ top: scrollY }, ''));
  }

  /** Opens the view of the address. The one before stays until the new one is complete. */
  async open(): Promise<void> {
    this.#opening.abort();
    const opening = new AbortController();
    this.#opening = opening;
    if (location.hash !== this.#hash) {
      [this.#previousHash, this.#hash] = [this.#hash, location.hash];
    }
    const { place } = this.#options;
    const top = storedTop();
    place.ariaBusy = 'true';
    const view = await this.#load(opening.signal);
    if (opening.signal.aborted) {
      view.close?.();
      return;
    }
    const isFirst = this.#view === undefined;
    this.#view?.close?.();
    this.#view = view;
    document.title = `${view.title} · Matinee`;
    place.replaceChildren(view.body);
    place.ariaBusy = 'false';
    view.opened?.();
    scrollTo({ top, behavior: 'instant' });
    if (!isFirst) {
      // Screen readers and the Tab key begin at the heading of the new view.
      place.querySelector('h1')?.focus({ preventScroll: true });
    }
    this.#options.onOpened(readAddress(location.hash));
  }

  /** Leaves the present view for an address, such that Back does not lead to the view again. */
  returnTo(hash: string): void {
    if (this.#previousHash === hash) {
      history.back();
    } else {
      location.replace(hash);
    }
  }

  async #load(signal: AbortSignal): Promise<View> {
    try {
      return await this.#options.open(readAddress(location.hash), signal);
    } catch (error) {
      return this.#options.openFailed(error, () => void this.open());
    }
  }
}

function storedTop(): number {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null && 'top' in state ? Number(state.top) : 0;
}
