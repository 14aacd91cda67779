import { p } from '@mikro-orm/core';
import { v7 } from 'uuid';

/** A time-ordered id made by the application: PostgreSQL 15 cannot make UUID v7 itself. */
export const id = () =>
  p
    .uuid()
    .primary()
    .onCreate(() => v7());

/** An instant with the precision of a JavaScript `Date`, so that nothing is lost on the way. */
export const instant = () => p.datetime().columnType('timestamptz(3)');

/** When the row was written, by the database's clock. */
export const createdAt = () => instant().defaultRaw('now()');

/** An amount in the showtime's currency, as a decimal string such as `12.50`. */
export const money = () => p.decimal().precision(10).scale(2);

/** `NaN >= 0` is true in PostgreSQL, so an amount is checked for both. */
export const isAmount = (column: string) => `${column} >= 0 and ${column} <> 'NaN'`;
