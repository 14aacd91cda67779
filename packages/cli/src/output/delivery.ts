import type { Delivery } from '@matinee/sdk';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { idColumn } from './short-id.ts';
import { relativeTime } from './time.ts';

/** The columns of a list of deliveries. */
export function deliveryLayout(now: Date, paint: Paint): Layout<Delivery> {
  const colours = { open: paint.yellow, done: paint.green, dead: paint.red };
  return {
    noun: 'delivery',
    plural: 'deliveries',
    columns: [
      idColumn(),
      {
        title: 'STATE',
        value: (delivery) => delivery.state,
        paint: (text, delivery) => colours[delivery.state](text),
      },
      { title: 'FACT', value: (delivery) => delivery.fact.kind },
      { title: 'CONSEQUENCE', value: (delivery) => delivery.consequence, drops: 2 },
      { title: 'TRIES', value: (delivery) => delivery.attempts, align: 'right', drops: 1 },
      { title: 'WHEN', value: (delivery) => relativeTime(whenOf(delivery), now), piped: whenOf },
      { title: 'LAST ERROR', value: (delivery) => delivery.lastError, shrinks: true },
    ],
    csv: [
      { name: 'id', value: (delivery) => delivery.id },
      { name: 'state', value: (delivery) => delivery.state },
      { name: 'factId', value: (delivery) => delivery.fact.id },
      { name: 'factKind', value: (delivery) => delivery.fact.kind },
      { name: 'factKey', value: (delivery) => delivery.fact.key },
      { name: 'consequence', value: (delivery) => delivery.consequence },
      { name: 'target', value: (delivery) => delivery.target },
      { name: 'attempts', value: (delivery) => delivery.attempts },
      { name: 'lastError', value: (delivery) => delivery.lastError },
      { name: 'availableAt', value: (delivery) => delivery.availableAt },
      { name: 'doneAt', value: (delivery) => delivery.doneAt },
    ],
  };
}

/** The end of a delivery that is done, the next attempt of an open one, or the last attempt. */
function whenOf({ doneAt, availableAt }: Delivery): Date {
  return doneAt ?? availableAt;
}
