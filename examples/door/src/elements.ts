/** A new element: `create('button', { textContent: 'Next' })`. */
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

/** A button that submits no form. */
export function button(
  properties: Partial<Pick<HTMLButtonElement, 'className' | 'textContent' | 'ariaLabel'>>,
  onClick: () => void,
): HTMLButtonElement {
  const element = create('button', { type: 'button', ...properties });
  element.addEventListener('click', onClick);
  return element;
}
