import { latestCode, mostCharacters } from './code.ts';
import { create } from './elements.ts';
import { isAsking } from './undo-dialog.ts';

/** A field for a reference and a seat, and for hand scanners, which type what they read. */
export class TypedCode {
  readonly element = create('form', { className: 'typed', noValidate: true });
  readonly #input = create('input', {
    id: 'code',
    type: 'text',
    autocomplete: 'off',
    autocapitalize: 'characters',
    spellcheck: false,
    enterKeyHint: 'go',
    placeholder: 'K7Q2M9XD A12',
    maxLength: mostCharacters,
  });
  readonly #error = create('p', { className: 'error', id: 'code-error', role: 'alert' });

  /** Stands in the field and waits for a seat. */
  #restored = '';

  constructor(onCode: (code: string) => void) {
    this.#input.setAttribute('aria-describedby', 'code-error');
    this.element.append(
      create('label', { htmlFor: 'code', textContent: 'Reference and seat, or hand scanner' }),
      create('div', { className: 'row' }, [
        this.#input,
        create('button', { type: 'submit', textContent: 'Check' }),
      ]),
      this.#error,
    );
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      const code = latestCode(this.#input.value.trim(), this.#restored);
      this.#restored = '';
      this.fail('');
      if (code !== '') {
        this.#input.value = '';
        onCode(code);
      }
    });
  }

  /** Says below the field what is wrong with the code. */
  fail(text: string): void {
    this.#error.textContent = text;
    this.#input.ariaInvalid = text === '' ? null : 'true';
  }

  focus(): void {
    this.#input.focus();
  }

  /** Puts a code back that needs a seat. */
  restore(code: string): void {
    this.#restored = `${code} `;
    this.#input.value = this.#restored;
    this.focus();
  }
}

/** Tells when somebody begins to type outside of any field, as a hand scanner does. */
export function watchTyping(onTyping: () => void, signal: AbortSignal): void {
  const heed = ({ key, target, ctrlKey, altKey, metaKey }: KeyboardEvent) => {
    const isCharacter = key.length === 1 && key !== ' ' && !ctrlKey && !altKey && !metaKey;
    const isInField =
      target instanceof HTMLTextAreaElement ||
      (target instanceof HTMLInputElement && target.type !== 'radio');
    if (isCharacter && !isInField && !isAsking()) {
      onTyping();
    }
  };
  addEventListener('keydown', heed, { signal });
}
