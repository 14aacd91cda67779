/** An element that is there, and is what the caller takes it for. */
export function find(selector: string): HTMLElement;
export function find<Type extends HTMLElement>(
  selector: string,
  type: abstract new () => Type,
): Type;
export function find(
  selector: string,
  type: abstract new () => HTMLElement = HTMLElement,
): HTMLElement {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) {
    throw new Error(`index.html has no ${selector}`);
  }
  return found;
}

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

/** Shows one of the templates of index.html in place of whatever was there. */
export function openStep(name: 'sign-in' | 'shows' | 'seats'): void {
  const template = find(`template#${name}`, HTMLTemplateElement);
  find('#step').replaceChildren(template.content.cloneNode(true));
  // Readers of the screen and the Tab key begin at the heading of what is new.
  find('#step h1').focus();
}

/** Tells the customer something; an empty text takes it away. */
export function say(text: string, kind: 'good' | 'bad' = 'bad'): void {
  const message = find('#message');
  message.textContent = text;
  message.dataset['kind'] = kind;
}
