import { button, create } from './elements.ts';
import { icon } from './icons.ts';
import type { VerdictWords } from './verdict-words.ts';

/** The verdict, over the whole screen until the next scan or a touch. */
export class VerdictScreen {
  readonly element = create('section', {
    className: 'verdict',
    hidden: true,
    ariaLabel: 'Verdict',
  });
  readonly next: HTMLButtonElement;
  readonly #undo: HTMLButtonElement;

  constructor({ onNext, onUndo }: { onNext: () => void; onUndo: () => void }) {
    this.next = button({ className: 'next', textContent: 'Next ticket' }, onNext);
    this.#undo = button({ textContent: 'Undo' }, onUndo);
  }

  get isShown(): boolean {
    return !this.element.hidden;
  }

  show(words: VerdictWords, canUndo: boolean): void {
    this.#undo.hidden = !canUndo;
    this.element.dataset['kind'] = words.kind;
    this.element.replaceChildren(
      ...basis(words),
      create('div', { className: 'news' }, [
        icon(words.icon),
        create('h2', { className: 'word', textContent: words.word }),
        ...ticket(words),
        ...line('reason', words.reason),
      ]),
      ...attention(words),
      create('div', { className: 'buttons' }, [this.#undo, this.next]),
    );
    this.element.hidden = false;
    this.#flash();
  }

  hide(): void {
    this.element.hidden = true;
  }

  /** Shows that the verdict is a new one, even if it has the same words. */
  #flash(): void {
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (!isStill) {
      this.element.animate([{ filter: 'brightness(1.6)' }, { filter: 'none' }], { duration: 250 });
    }
  }
}

function ticket({ seat, ticketType }: VerdictWords): HTMLElement[] {
  return [...line('seat', seat), ...line('type', ticketType)];
}

function line(className: string, text: string): HTMLElement[] {
  return text === '' ? [] : [create('p', { className, textContent: text })];
}

function basis({ basis: text }: VerdictWords): HTMLElement[] {
  return line('basis', text);
}

function attention({ attention: words }: VerdictWords): HTMLElement[] {
  const items = words.map((each) => create('li', {}, [icon('look'), each]));
  return items.length === 0 ? [] : [create('ul', { className: 'attention' }, items)];
}
