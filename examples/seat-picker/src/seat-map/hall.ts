import { create } from '../elements.ts';

/** The smallest seat that a finger hits (WCAG 2.5.8), in CSS pixels. */
const fingerPx = 24;
/** The first step from the whole hall leads at least to seats of this size. */
const comfortablePx = 32;
const largestPx = 56;
/** Of the pitch; the rest is the gap. As in `hall.css`. */
const seatShare = 0.86;
/** The largest pitch at which a small hall fills the page. */
const largestFit = 42;

/**
 * The hall fits the width of the page and can be enlarged. All lengths in it are multiples of the
 * pitch, the distance from one seat to the next, which is its font size.
 */
export class Hall {
  readonly element: HTMLElement;
  /** For the rows of seats. */
  readonly rows = create('div', { id: 'rows', role: 'group' });
  readonly #room: HTMLElement;
  readonly #hall: HTMLElement;
  readonly #frame: HTMLElement;
  readonly #hint = create('p', { className: 'quiet', role: 'status' });
  readonly #out = zoomButton('−', 'Zoom out');
  readonly #in = zoomButton('+', 'Zoom in');
  readonly #whole = zoomButton('Whole hall', 'Whole hall');
  readonly #resized = new ResizeObserver(() => this.#fit());
  #columns = 0;
  #pitch = 0;
  #isWhole = true;

  constructor() {
    this.rows.ariaLabel = 'Seats. Move with the arrow keys, choose with Enter.';
    const screen = create('div', { className: 'screen' }, [create('span', {}, ['Screen'])]);
    this.#hall = create('div', { className: 'hall' }, [screen, this.rows]);
    this.#room = create('div', { className: 'room' }, [this.#hall]);
    const edges = ['left', 'right', 'top', 'bottom'].map((side) =>
      create('span', { className: `edge ${side}`, ariaHidden: 'true' }),
    );
    this.#frame = create('div', { className: 'frame' }, [this.#room, ...edges]);
    const zoom = create('div', { className: 'zoom', role: 'group', ariaLabel: 'Zoom' }, [
      this.#out,
      this.#in,
      this.#whole,
    ]);
    const bar = create('div', { className: 'zoom-bar' }, [this.#hint, zoom]);
    this.element = create('div', {}, [bar, this.#frame]);
    this.#out.addEventListener('click', () => this.#zoomBy(1 / 1.4));
    this.#in.addEventListener('click', () => this.zoomIn());
    this.#whole.addEventListener('click', () => this.#showWhole());
    this.#room.addEventListener('scroll', () => this.#markEdges());
    this.#listenToPinch();
    this.#resized.observe(this.#room);
  }

  close(): void {
    this.#resized.disconnect();
  }

  setColumns(columns: number): void {
    this.#columns = columns;
    this.#hall.style.setProperty('--columns', String(columns));
    this.#fit();
  }

  /** Whether a finger would hit the seat beside the one it means. */
  get isTooSmallForFingers(): boolean {
    return this.#pitch * seatShare < fingerPx;
  }

  /** Enlarges the hall around a point of the window, or else its middle. */
  zoomIn(at?: { clientX: number; clientY: number }): void {
    const step = Math.max(this.#pitch * 1.4, comfortablePx / seatShare);
    this.#zoomTo(step, at ?? this.#middle());
  }

  #zoomBy(factor: number): void {
    this.#zoomTo(this.#pitch * factor, this.#middle());
  }

  #zoomTo(pitch: number, at: { clientX: number; clientY: number }): void {
    const whole = this.#wholePitch();
    const next = Math.min(Math.max(pitch, whole), Math.max(whole, largestPx / seatShare));
    const before = this.#hall.getBoundingClientRect();
    const scale = next / this.#pitch;
    const inHall = { x: at.clientX - before.left, y: at.clientY - before.top };
    this.#isWhole = next === whole;
    this.#setPitch(next);
    // The point under the finger stays there.
    const after = this.#hall.getBoundingClientRect();
    this.#room.scrollLeft += after.left + inHall.x * scale - at.clientX;
    this.#room.scrollTop += after.top + inHall.y * scale - at.clientY;
    this.#markEdges();
  }

  #showWhole(): void {
    this.#zoomTo(0, this.#middle());
  }

  #fit(): void {
    if (this.#isWhole || this.#pitch < this.#wholePitch()) {
      this.#isWhole = true;
      this.#setPitch(this.#wholePitch());
    }
    this.#markEdges();
  }

  /** The labels of the rows take a column on each side. */
  #wholePitch(): number {
    return Math.min(largestFit, this.#room.clientWidth / (this.#columns + 2));
  }

  #setPitch(pitch: number): void {
    this.#pitch = pitch;
    this.#frame.style.setProperty('--pitch', `${pitch}px`);
    this.#hall.classList.toggle('small', this.isTooSmallForFingers);
    this.#frame.classList.toggle('whole', this.#isWhole);
    this.#out.disabled = this.#isWhole;
    this.#whole.disabled = this.#isWhole;
    this.#in.disabled = pitch * seatShare >= largestPx;
    this.#hint.textContent = this.#hintText();
  }

  #hintText(): string {
    if (!this.#isWhole) {
      return 'Scroll to see more';
    }
    return this.isTooSmallForFingers ? 'Tap to enlarge' : '';
  }

  /** Shades the sides on which there is more of the hall. */
  #markEdges(): void {
    const { scrollLeft, scrollTop, clientWidth, clientHeight, scrollWidth, scrollHeight } =
      this.#room;
    const { classList } = this.#frame;
    // A pixel is lost when the browser rounds.
    classList.toggle('more-left', scrollLeft > 2);
    classList.toggle('more-right', scrollLeft + clientWidth < scrollWidth - 2);
    classList.toggle('more-top', scrollTop > 2);
    classList.toggle('more-bottom', scrollTop + clientHeight < scrollHeight - 2);
  }

  #middle(): { clientX: number; clientY: number } {
    const { left, top, width, height } = this.#room.getBoundingClientRect();
    return { clientX: left + width / 2, clientY: top + height / 2 };
  }

  /** Two fingers on a screen, or on a touchpad: browsers report that as a wheel with Ctrl. */
  #listenToPinch(): void {
    let start: { distance: number; pitch: number } | undefined;
    const room = this.#room;
    room.addEventListener('touchstart', ({ touches }) => {
      const pinch = pinchOf(touches);
      start = pinch && { distance: pinch.distance, pitch: this.#pitch };
    });
    const passive = false;
    room.addEventListener(
      'touchmove',
      (event) => {
        const pinch = pinchOf(event.touches);
        if (start && pinch) {
          event.preventDefault();
          this.#zoomTo((start.pitch * pinch.distance) / start.distance, pinch);
        }
      },
      { passive },
    );
    room.addEventListener(
      'wheel',
      (event) => {
        if (event.ctrlKey) {
          event.preventDefault();
          this.#zoomTo(this.#pitch * Math.exp(-event.deltaY / 200), event);
        }
      },
      { passive },
    );
  }
}

function pinchOf({ 0: one, 1: other, length }: TouchList) {
  if (length !== 2 || !one || !other) {
    return undefined;
  }
  return {
    clientX: (one.clientX + other.clientX) / 2,
    clientY: (one.clientY + other.clientY) / 2,
    distance: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY),
  };
}

function zoomButton(text: string, label: string): HTMLButtonElement {
  return create('button', { type: 'button', textContent: text, ariaLabel: label, title: label });
}
