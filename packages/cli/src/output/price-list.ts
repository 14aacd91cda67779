import type { PriceList, Site, TicketType } from '@matinee/sdk';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { idColumn, shortId } from './short-id.ts';
import { table } from './table.ts';
import type { Column } from './table.ts';

export type PriceItem = PriceList['items'][number];
export type SeatType = PriceItem['seatType'];

export const seatTypes: readonly SeatType[] = ['regular', 'premium', 'vip'];

/** What price lists refer to by ids. */
export interface PriceListNames {
  sites: readonly Site[];
  ticketTypes: readonly TicketType[];
}

/** The columns of a list of price lists. */
export function priceListLayout(names: PriceListNames): Layout<PriceList> {
  return {
    noun: 'price list',
    columns: [
      idColumn(),
      { title: 'NAME', value: (list) => list.name, shrinks: true },
      {
        title: 'SITE',
        value: (list) => siteOf(list, names),
        piped: ({ siteId }) => siteId ?? 'all',
        shrinks: 'in the middle',
      },
      {
        title: 'TICKET TYPES',
        value: (list) => [...new Set(typesOf(list, names).map(({ name }) => name))].join(', '),
        piped: (list) => flagsOf(list, names),
        shrinks: true,
        drops: 2,
      },
      { title: 'FEE', value: feeOf, align: 'right', drops: 3 },
      { title: 'VERSION', value: (list) => list.version, align: 'right', drops: 1 },
    ],
    csv: [
      { name: 'id', value: (list) => list.id },
      { name: 'version', value: (list) => list.version },
      { name: 'name', value: (list) => list.name },
      { name: 'siteId', value: (list) => list.siteId },
      { name: 'currency', value: (list) => list.currency },
      { name: 'bookingFee', value: (list) => list.bookingFee },
      { name: 'taxRate', value: (list) => list.taxRate },
      { name: 'prices', value: (list) => flagsOf(list, names) },
      { name: 'revision', value: (list) => list.revision },
      { name: 'createdAt', value: (list) => list.createdAt },
    ],
  };
}

/** A price list as text is drawn: colours, and the width of the terminal. */
export interface Drawing {
  paint: Paint;
  width: number | undefined;
}

/** Formats a price list: its facts, then a row for each ticket type and a column for each seat type. */
export function showPriceList(list: PriceList, names: PriceListNames, drawing: Drawing): string {
  const facts = details(
    [
      ['Name', list.name],
      ['Site', siteOf(list, names)],
      ['Currency', list.currency],
      ['Fee', list.bookingFee === null ? 'none' : `${feeOf(list)} for each booking on the web`],
      ['Tax', list.taxRate === null ? 'that of the site' : `${list.taxRate}%, contained in prices`],
      ['Version', list.version],
      ['Id', list.id],
      ['Revision', list.revision],
    ],
    drawing.paint,
  );
  return `${facts}\n\n${priceTable({ items: list.items, types: typesOf(list, names) }, drawing)}`;
}

type TypeName = Pick<TicketType, 'id' | 'code' | 'name'>;

/** What ticket types cost, and on which seats. */
export interface Prices {
  items: readonly PriceItem[];
  /** In the order of the rows. */
  types: readonly TypeName[];
}

/** Formats prices: a row for each ticket type, and a column for each kind of seat with a price. */
export function priceTable({ items, types }: Prices, { paint, width }: Drawing): string {
  const used = seatTypes.filter((seatType) => items.some((item) => item.seatType === seatType));
  const priceOf = ({ id }: TypeName, seatType: SeatType) =>
    items.find((item) => item.ticketTypeId === id && item.seatType === seatType)?.price;
  const columns: Column<TypeName>[] = [
    { title: 'TICKET TYPE', value: ({ name }) => name, shrinks: true },
    { title: 'CODE', value: ({ code }) => code, shrinks: true, drops: 1 },
    ...used.map((seatType): Column<TypeName> => ({
      title: seatType.toUpperCase(),
      value: (type) => priceOf(type, seatType) ?? '=',
      align: 'right',
    })),
  ];
  const isComplete = items.length === used.length * types.length;
  const note = isComplete ? [] : [paint.dim('=  as on a regular seat')];
  return [table(columns, types, { paint, width }), ...note].join('\n');
}

/** The ticket types of a list in its order; a type without a known name has the end of its id. */
function typesOf({ items }: PriceList, { ticketTypes }: PriceListNames): TypeName[] {
  const known = new Map<string, TypeName>(ticketTypes.map((type) => [type.id, type]));
  const ids = [...new Set(items.map(({ ticketTypeId }) => ticketTypeId))];
  return ids.map((id) => known.get(id) ?? { id, code: shortId(id), name: shortId(id) });
}

/** `adult:regular=12.00 adult:vip=20.00`, as `--price` takes them. */
function flagsOf(list: PriceList, names: PriceListNames): string {
  const codes = new Map(typesOf(list, names).map(({ id, code }) => [id, code]));
  return list.items
    .map(({ ticketTypeId, seatType, price }) => `${codes.get(ticketTypeId)}:${seatType}=${price}`)
    .join(' ');
}

function siteOf({ siteId }: PriceList, { sites }: PriceListNames): string {
  return siteId === null
    ? 'all sites'
    : (sites.find(({ id }) => id === siteId)?.name ?? shortId(siteId));
}

function feeOf({ bookingFee, currency }: PriceList): string {
  return bookingFee === null ? '' : `${bookingFee} ${currency}`;
}
