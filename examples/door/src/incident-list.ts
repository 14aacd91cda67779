import { button, create } from './elements.ts';
import { icon } from './icons.ts';
import type { Incidents } from './incidents.ts';

/** What went wrong at the doors; each entry is shown until it is dismissed. */
export class IncidentList {
  readonly element = create('ul', { className: 'incidents', ariaLabel: 'Conflicts' });
  readonly #incidents: Incidents;
  #drawn = '';

  constructor(incidents: Incidents) {
    this.#incidents = incidents;
    this.draw();
  }

  draw(): void {
    const { all } = this.#incidents;
    const state = JSON.stringify(all);
    // Drawn anew only after a change: screen readers read it once, and the focus stays.
    if (state !== this.#drawn) {
      this.#drawn = state;
      this.element.hidden = all.length === 0;
      this.element.replaceChildren(...all.map((each) => this.#item(each)));
    }
  }

  #item({ id, text }: { id: string; text: string }): HTMLElement {
    const dismiss = button({ textContent: 'Dismiss', ariaLabel: `Dismiss: ${text}` }, () => {
      this.#incidents.dismiss(id);
      this.draw();
    });
    return create('li', {}, [
      icon('already'),
      create('p', { role: 'alert', textContent: text }),
      dismiss,
    ]);
  }
}
