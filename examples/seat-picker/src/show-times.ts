import type { Showtime } from '@matinee/sdk';
import { hrefOf } from './address.ts';
import { create } from './elements.ts';
import { localHour, needZones, startOf, zoneName } from './local-time.ts';
import { least, money } from './money.ts';

/** Shows grouped by theater, each group by local time, as links to their seats. */
export function drawTheaters(showtimes: Showtime[], withZones: boolean): HTMLElement[] {
  const byTheater = Map.groupBy(showtimes, ({ theater }) => theater.id);
  return [...byTheater.values()]
    .toSorted((one, other) => nameOf(one).localeCompare(nameOf(other)))
    .map((shows) => drawTheater(shows, withZones));
}

/** Whether these shows are in two zones, or in another one than the customer. */
export function areInZones(showtimes: Showtime[]): boolean {
  return needZones(showtimes.map((showtime) => startOf(showtime)));
}

function nameOf([first]: Showtime[]): string {
  return first?.theater.name ?? '';
}

function drawTheater(shows: Showtime[], withZones: boolean): HTMLElement {
  const inOrder = shows.toSorted((one, other) => Number(one.startTime) - Number(other.startTime));
  const zones = new Set(inOrder.map((show) => zoneName(startOf(show))));
  const zone = create('span', { className: 'zone', textContent: [...zones].join(', ') });
  return create('section', { className: 'theater' }, [
    create('h3', { textContent: nameOf(inOrder) }, withZones ? [' ', zone] : []),
    create(
      'ul',
      { className: 'times' },
      inOrder.map((showtime) => create('li', {}, [drawShow(showtime)])),
    ),
  ]);
}

function drawShow(showtime: Showtime): HTMLElement {
  const { id, availability, price, ticketTypes, currency } = showtime;
  const { available, total } = availability;
  const prices = Object.values(ticketTypes[0]?.prices ?? { regular: price });
  const from = least(prices.filter((amount) => amount !== undefined));
  const time = create('strong', { textContent: localHour(startOf(showtime)) });
  if (available === 0) {
    return create('div', { className: 'show sold-out' }, [
      time,
      create('span', { textContent: 'Sold out' }),
    ]);
  }
  const seats = available === 1 ? '1 seat free' : `${available} seats free`;
  const isScarce = available <= Math.max(2, total / 10);
  return create('a', { className: 'show', href: hrefOf({ view: 'seats', showtimeId: id }) }, [
    time,
    ' ',
    create('span', { textContent: `from ${money(from, currency)}` }),
    ' ',
    create('span', { className: isScarce ? 'scarce' : '', textContent: seats }),
  ]);
}
