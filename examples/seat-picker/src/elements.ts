/** A new element: `create('button', { textContent: 'Book' })`. */
export function create<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<Omit<HTMLElementTagNameMap[Tag], 'style'>> = {},
  children: (Node | string)[] = [],
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** The heading of a view. It can take the focus, so that screen readers begin there. */
export function heading(text: string): HTMLElement {
  return create('h1', { textContent: text, tabIndex: -1 });
}

/** A part of the page that `index.html` contains. */
export function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`index.html has no #${id}`);
  }
  return found;
}
