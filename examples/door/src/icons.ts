const namespace = 'http://www.w3.org/2000/svg';

/** Drawn with lines in a square of 24 units. Each has its own outline, for people who see no colours. */
const drawings = {
  /** A tick in a circle. */
  admitted: 'M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20zM7 12.5l3.5 3.5l6.5-7.5',
  /** An arrow that leaves a door. */
  left: 'M13 3H4v18h9M9 12h12M16.5 7l5 5l-5 5',
  /** An exclamation mark in a triangle. */
  already: 'M12 2.5L22.5 21h-21zM12 9.5v5.5M12 17.6v.6',
  /** A cross in an octagon. */
  refused: 'M8 2h8l6 6v8l-6 6H8l-6-6V8zM8 8l8 8M16 8l-8 8',
  /** An eye. */
  look: 'M1.5 12S5 5 12 5s10.5 7 10.5 7S19 19 12 19S1.5 12 1.5 12zM12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6z',
  sound: 'M4 9v6h4l5 5V4L8 9zM16.5 8.5a5 5 0 0 1 0 7M19 6a8.5 8.5 0 0 1 0 12',
  muted: 'M4 9v6h4l5 5V4L8 9zM16.5 9.5l5 5M21.5 9.5l-5 5',
  camera: 'M3 7h4l2-3h6l2 3h4v13H3zM12 9.5a4 4 0 1 0 0 8a4 4 0 1 0 0-8z',
  undo: 'M9 4L4 9l5 5M4 9h10a6 6 0 0 1 0 12h-3',
} as const;

export type IconName = keyof typeof drawings;

/** A picture beside words that mean the same; screen readers ignore it. */
export function icon(name: IconName): SVGSVGElement {
  const picture = document.createElementNS(namespace, 'svg');
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.setAttribute('class', 'icon');
  picture.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', drawings[name]);
  picture.append(path);
  return picture;
}
