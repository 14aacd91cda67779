import type { TicketType } from '@matinee/sdk';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { idColumn } from './short-id.ts';

/** The columns of a list of ticket types. */
export const ticketTypeLayout: Layout<TicketType> = {
  noun: 'ticket type',
  columns: [
    idColumn(),
    { title: 'CODE', value: (type) => type.code, shrinks: true },
    { title: 'NAME', value: (type) => type.name, shrinks: true },
    { title: 'AGE', value: agesOf, drops: 3 },
    { title: 'PROOF', value: (type) => type.proof, drops: 2 },
    { title: 'RULES', value: rulesOf, shrinks: true, drops: 1 },
  ],
  csv: [
    { name: 'id', value: (type) => type.id },
    { name: 'code', value: (type) => type.code },
    { name: 'name', value: (type) => type.name },
    { name: 'description', value: (type) => type.description },
    { name: 'sortOrder', value: (type) => type.sortOrder },
    { name: 'maxAge', value: (type) => type.maxAge },
    { name: 'minAge', value: (type) => type.minAge },
    { name: 'proof', value: (type) => type.proof },
    { name: 'minPerBooking', value: (type) => type.minPerBooking },
    { name: 'withAdult', value: (type) => type.withAdult },
    { name: 'createdAt', value: (type) => type.createdAt },
  ],
};

/** Formats a ticket type, one fact per line. */
export function showTicketType(type: TicketType, paint: Paint): string {
  return details(
    [
      ['Code', type.code],
      ['Name', type.name],
      ['Description', type.description],
      ['Age', agesOf(type)],
      ['Proof', type.proof],
      ['Rules', rulesOf(type)],
      ['Order', type.sortOrder],
      ['Id', type.id],
    ],
    paint,
  );
}

/** `up to 12`, `from 65`, `13 to 25`; empty without a limit. */
function agesOf({ minAge, maxAge }: TicketType): string {
  if (minAge !== null && maxAge !== null) {
    return `${minAge} to ${maxAge}`;
  }
  return [
    ...(minAge === null ? [] : [`from ${minAge}`]),
    ...(maxAge === null ? [] : [`up to ${maxAge}`]),
  ].join();
}

function rulesOf({ minPerBooking, withAdult }: TicketType): string {
  return [
    ...(minPerBooking === null ? [] : [`${minPerBooking} or more together`]),
    ...(withAdult ? ['with an adult'] : []),
  ].join(', ');
}
