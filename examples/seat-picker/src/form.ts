import { isMatineeError } from '@matinee/sdk';
import { create } from './elements.ts';
import { explain } from './failures.ts';

/** An input with its label, and a place beside it for what is wrong with it. */
export interface Field {
  element: HTMLElement;
  input: HTMLInputElement;
  error: HTMLElement;
}

type InputAttributes = Pick<HTMLInputElement, 'name' | 'type' | 'autocomplete'>;

export function drawField(label: string, attributes: InputAttributes): Field {
  const input = create('input', { ...attributes, id: attributes.name, required: true });
  const error = create('p', { className: 'error', id: `${attributes.name}-error`, role: 'alert' });
  const element = create('div', { className: 'field' }, [
    create('label', { htmlFor: input.id, textContent: label }),
    input,
    error,
  ]);
  return { element, input, error };
}

/** Errors by the name of their field. */
type FieldErrors = Record<string, string>;

/** A form that says beside each field what is wrong with it. */
export class Form {
  readonly element = create('form', { noValidate: true });
  readonly #fields: readonly Field[];
  readonly #fieldset: HTMLFieldSetElement;
  /** What belongs to no field. */
  readonly #error = create('p', { className: 'error', role: 'alert' });
  /** The errors that a failure means for the fields; `undefined`: for none of them. */
  explain: (error: unknown) => FieldErrors | undefined = () => undefined;

  /** `submit` gets the value of the button that was pressed. */
  constructor(fields: readonly Field[], submit: (button: string) => Promise<void>) {
    this.#fields = fields;
    this.#fieldset = create('fieldset', {}, [...fields.map(({ element }) => element), this.#error]);
    this.element.append(this.#fieldset);
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      const { submitter } = event;
      void this.#submit(() =>
        submit(submitter instanceof HTMLButtonElement ? submitter.value : ''),
      );
    });
  }

  async #submit(act: () => Promise<void>): Promise<void> {
    const missing = this.#fields.filter(({ input }) => input.required && input.value === '');
    this.#show(
      Object.fromEntries(missing.map(({ input }) => [input.name, 'Please fill this in.'])),
    );
    if (missing.length > 0) {
      return;
    }
    this.#fieldset.disabled = true;
    try {
      await act();
    } catch (error) {
      this.#fieldset.disabled = false;
      this.#show(this.explain(error) ?? issuesOf(error) ?? { '': explain(error) });
    }
  }

  #show(errors: FieldErrors): void {
    this.#error.textContent = errors[''] ?? '';
    for (const { input, error } of this.#fields) {
      const text = errors[input.name];
      error.textContent = text ?? '';
      input.ariaInvalid = text === undefined ? null : 'true';
      if (text === undefined) {
        input.removeAttribute('aria-describedby');
      } else {
        input.setAttribute('aria-describedby', error.id);
      }
    }
    this.#fields.find(({ input }) => errors[input.name] !== undefined)?.input.focus();
  }
}

/** The server's issues begin with the name of a field: `password must have 8 characters`. */
function issuesOf(error: unknown): FieldErrors | undefined {
  if (!isMatineeError(error) || error.code !== 'VALIDATION_ERROR') {
    return undefined;
  }
  return Object.fromEntries(
    error.details.issues.map(({ path, message }) => [String(path[0] ?? ''), `It ${message}.`]),
  );
}
