import { InvalidArgumentError } from 'commander';
import { amountOf } from '../arguments.ts';
import { usageError } from '../failure.ts';
import { findId } from '../named/find-id.ts';
import { seatTypes } from '../output/price-list.ts';
import type { PriceItem, SeatType } from '../output/price-list.ts';
import type { Session } from '../session.ts';

/** A value of `--price`. */
export interface PriceFlag {
  /** The ticket type as it was typed. */
  type: string;
  seatType: SeatType;
  price: string;
}

/** A value of `--remove-price`. Without a seat type: all prices of the ticket type. */
export interface RemovedPrice {
  type: string;
  seatType?: SeatType;
}

/** Parses `adult:vip=12.00`, or `adult=12.00` for regular seats. */
export function readPrice(text: string): PriceFlag {
  const price = priceIn(text);
  if (!price) {
    throw new InvalidArgumentError(
      'It must be TYPE:SEAT=AMOUNT, such as adult:vip=12.00; SEAT is regular, premium or vip.',
    );
  }
  return price;
}

/** Parses prices with spaces between them; undefined if one of them is not valid. */
export function readPrices(text: string): PriceFlag[] | undefined {
  const prices = text.trim().split(/\s+/).map(priceIn);
  return prices.every((price) => price !== undefined) ? prices : undefined;
}

/** Parses `adult:vip` or `adult`. */
export function readRemovedPrice(text: string): RemovedPrice {
  const removed = keyIn(text);
  if (!removed) {
    throw new InvalidArgumentError(
      'It must be TYPE or TYPE:SEAT, such as adult:vip; SEAT is regular, premium or vip.',
    );
  }
  return removed;
}

function priceIn(text: string): PriceFlag | undefined {
  const [, before = '', price = ''] = /^(.+)=(\d{1,9}(?:[.,]\d{1,2})?)$/.exec(text.trim()) ?? [];
  const key = keyIn(before);
  return key && { seatType: 'regular', ...key, price: amountOf(price) };
}

function keyIn(text: string): RemovedPrice | undefined {
  const [type = '', seat, ...more] = text.split(':').map((part) => part.trim());
  const seatType = seatTypes.find((each) => each === seat?.toLowerCase());
  if (type === '' || more.length > 0 || (seat !== undefined && seatType === undefined)) {
    return undefined;
  }
  return seatType === undefined ? { type } : { type, seatType };
}

/** What the flags of a price list say about its items. */
export interface PriceChanges {
  price?: PriceFlag[];
  removePrice?: RemovedPrice[];
}

/**
 * The items of a list after the changes; those that no flag names stay as they are.
 *
 * @throws CliError for a ticket type that does not exist, and for a price that is not there
 */
export async function changedItems(
  session: Session,
  items: readonly PriceItem[],
  { price = [], removePrice = [] }: PriceChanges,
): Promise<PriceItem[]> {
  let changed = [...items];
  for (const { type, seatType } of removePrice) {
    const ticketTypeId = await findId(session, 'ticketType', type);
    const left = changed.filter(
      (item) =>
        item.ticketTypeId !== ticketTypeId ||
        (seatType !== undefined && item.seatType !== seatType),
    );
    if (left.length === changed.length) {
      const name = seatType === undefined ? type : `${type}:${seatType}`;
      throw usageError(`The list has no price for ${name}.`);
    }
    changed = left;
  }
  for (const { type, ...priced } of price) {
    const item = { ticketTypeId: await findId(session, 'ticketType', type), ...priced };
    changed = [...changed.filter((each) => !isSameItem(each, item)), item];
  }
  return changed;
}

function isSameItem(a: PriceItem, b: PriceItem): boolean {
  return a.ticketTypeId === b.ticketTypeId && a.seatType === b.seatType;
}
