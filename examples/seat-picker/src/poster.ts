import type { Movie } from '@matinee/sdk';
import { create } from './elements.ts';

/** Widths in which the server has every poster, in pixels. */
const widths = [320, 640, 1280];

/** The poster of a movie. A movie without one gets a drawing, the same one every time. */
export function drawPoster(
  { title, posterUrl }: Pick<Movie, 'title' | 'posterUrl'>,
  serverUrl: string,
): HTMLElement {
  const poster = create('div', { className: 'poster' });
  if (posterUrl === null) {
    poster.append(placeholder(title));
    return poster;
  }
  // A path on the server, or a URL of its CDN.
  const { href } = new URL(posterUrl, serverUrl);
  // The title is beside it, so that screen readers need no other text.
  const image = create('img', {
    loading: 'lazy',
    sizes: 'auto, 11rem',
    srcset: widths.map((width) => `${href}?w=${width} ${width}w`).join(', '),
    src: `${href}?w=640`,
    alt: '',
  });
  image.addEventListener('error', () => image.replaceWith(placeholder(title)));
  poster.append(image);
  return poster;
}

/** A colour for a title, in degrees of the colour circle: from teal over blue and red to orange. */
export function hueOf(title: string): number {
  return 165 + (hashOf(title) % 220);
}

function hashOf(text: string): number {
  const codes = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return codes.reduce((hash, code) => (hash * 31 + code) % 1_000_003, 7);
}

function placeholder(title: string): HTMLElement {
  const drawing = create('div', { className: 'placeholder' });
  // Drawn by the styles: the initials are no text for screen readers.
  drawing.dataset['initials'] = initials(title);
  drawing.style.setProperty('--hue', String(hueOf(title)));
  drawing.style.setProperty('--sun', `${20 + (hashOf(title) % 61)}%`);
  return drawing;
}

/** "The Cabinet of Dr. Caligari" becomes "CD". */
function initials(title: string): string {
  const words = title.split(/[^\p{Letter}\p{Number}]+/u).filter((word) => word !== '');
  const telling = words.filter((word) => !/^(the|an?|of|and|in|on|to)$/i.test(word));
  const [first = '', second = ''] = telling.length > 0 ? telling : words;
  const letter = (word: string) => /^./u.exec(word)?.[0] ?? '';
  return `${letter(first)}${letter(second)}`.toUpperCase();
}
