import type { Seat } from '@matinee/sdk';
import { create } from '../elements.ts';
import { money } from '../money.ts';
import { featureWords, markedFeature, typeWords } from '../seat-words.ts';

interface Entry {
  status: string;
  type: string;
  feature: string;
  text: string;
}

/** What the colours and symbols of the hall mean, and what the types of seats cost. */
export class Legend {
  readonly element = create('ul', { className: 'legend', ariaLabel: 'Legend' });
  #drawn = '';

  draw(seats: readonly Seat[], currency: string): void {
    const entries = entriesOf(seats, currency);
    const text = entries.map((entry) => entry.text).join();
    if (text !== this.#drawn) {
      this.#drawn = text;
      this.element.replaceChildren(...entries.map((entry) => drawEntry(entry)));
    }
  }
}

function entriesOf(seats: readonly Seat[], currency: string): Entry[] {
  // One's own seats keep the price of their lock.
  const others = seats.filter(({ yours }) => !yours);
  const prices = new Map(others.map(({ seatType, price }) => [seatType, money(price, currency)]));
  const types = [...prices].map(([type, price]) => ({
    status: 'available',
    type,
    feature: '',
    text: `${typeWords[type] ?? type} ${price}`,
  }));
  const marks = new Set(seats.flatMap((seat) => markedFeature(seat) ?? []));
  const features = [...marks].map((feature) => ({
    status: 'available',
    type: '',
    feature,
    text: capital(featureWords[feature]),
  }));
  const statuses = [
    { status: 'yours', type: '', text: 'Yours' },
    { status: 'locked', type: '', text: 'Locked by others' },
    { status: 'reserved', type: '', text: 'Sold' },
    { status: 'blocked', type: '', text: 'Not for sale' },
  ];
  return [...types, ...features, ...statuses.map((each) => ({ ...each, feature: '' }))];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function drawEntry({ status, type, feature, text }: Entry): HTMLElement {
  const swatch = create('i', { className: 'seat' });
  swatch.dataset['status'] = status;
  swatch.dataset['type'] = type;
  swatch.dataset['feature'] = feature;
  return create('li', {}, [swatch, text]);
}
