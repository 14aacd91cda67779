import type { Inputs, PriceList } from '@matinee/sdk';
import type { Command } from 'commander';
import { amountOf } from '../arguments.ts';
import { askValid } from '../ask.ts';
import { addGroup, asJson, asList, examples, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { addFields, askForMissing, readInput, revisionOf } from '../input.ts';
import type { Field, InputOptions } from '../input.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { findId, withIds } from '../named/find-id.ts';
import { priceListLayout, showPriceList } from '../output/price-list.ts';
import type { PriceListNames } from '../output/price-list.ts';
import { changedItems, readPrice, readPrices, readRemovedPrice } from '../prices/price-flags.ts';
import type { PriceChanges, PriceFlag, RemovedPrice } from '../prices/price-flags.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { deletes } from './editing.ts';
import type { Removable } from './editing.ts';

const fields: readonly Field[] = [
  { key: 'name', value: 'text', description: 'name for the staff, such as House', required: true },
  {
    key: 'bookingFee',
    value: 'text',
    description: 'fee of each booking on the web, such as 1.00',
    clearable: true,
  },
  {
    key: 'taxRate',
    value: 'number',
    description: 'tax contained in its prices, in percent; default: that of the site',
    clearable: true,
  },
];
const currency: Field = {
  key: 'currency',
  value: 'text',
  description: 'ISO 4217 code; default: that of the site',
};
/** They have flags of their own. */
const items: Field = { key: 'items', value: 'json', description: '' };
const site: Field = { key: 'siteId', value: 'text', description: '' };

const priceListKind: Removable<PriceList> = {
  name: 'Price list',
  thing: 'priceList',
  describe: ({ name }) => `the price list "${name}"`,
  get: (matinee, priceListId) => matinee.priceLists.get({ priceListId }),
  remove: (matinee, priceListId) => matinee.priceLists.delete({ priceListId }),
};

const aPriceList = ['<price-list>', 'name, id, or the end of the id'] as const;
const aPrice = '--price <type:seat=amount>';

const pricesHelp = `
A price names a ticket type by its code, and a kind of seat: regular, premium
or vip. adult=12.00 is for regular seats. Each ticket type needs a price for
regular seats, which holds for kinds of seats without a price of their own.`;
const updateHelp = `${pricesHelp}
--price changes the prices that it names and keeps the others. --remove-price
adult:vip removes one price; --remove-price adult takes the ticket type off.`;

interface SiteOption {
  site?: string;
}
interface PriceListOptions extends InputOptions, Format, PriceChanges, SiteOption {}

export function addPriceLists(program: Command, terminal: Terminal): void {
  const lists = addGroup(program, 'price-lists', 'prices by ticket type and kind of seat');

  const list = asList(lists.command('list').description('list price lists by name')).option(
    '--site <site>',
    'only lists that showtimes of this site can use',
  );
  examples(list, ['matinee price-lists list']);
  runs<ListOptions & SiteOption>(list, terminal, listPriceLists);

  const get = asJson(lists.command('get').argument(...aPriceList));
  get.description('show a price list');
  examples(get, ['matinee price-lists get ID']);
  runs<Format>(get, terminal, getPriceList);

  const create = lists.command('create').description('create a price list');
  addFields(create, [...fields, currency], 'create')
    .option('--site <site>', 'the site that uses it; default: all sites')
    .option(aPrice, 'price of a ticket type; repeatable (required)', addPrice)
    .addHelpText('after', pricesHelp);
  examples(asJson(create), [
    'matinee price-lists create --name Weekend --price standard=12.00 \\\n' +
      '      --price standard:vip=20.00 --booking-fee 1.00',
  ]);
  runs<PriceListOptions>(create, terminal, createPriceList);

  const update = lists.command('update').argument(...aPriceList);
  addFields(update.description('update the given fields and prices'), fields, 'update')
    .option(aPrice, 'price of a ticket type; repeatable', addPrice)
    .option('--remove-price <type:seat>', 'price to remove; repeatable', addRemovedPrice)
    .addHelpText('after', updateHelp);
  examples(asJson(update), ['matinee price-lists update ID --price standard:premium=15.00']);
  runs<PriceListOptions>(update, terminal, updatePriceList);

  const remove = asJson(lists.command('delete').argument(...aPriceList));
  remove.description('delete a price list that no showtime uses');
  examples(remove, ['matinee price-lists delete ID']);
  runs<Format>(remove, terminal, deletes(priceListKind));
}

function addPrice(text: string, before: PriceFlag[] = []): PriceFlag[] {
  return [...before, readPrice(text)];
}

function addRemovedPrice(text: string, before: RemovedPrice[] = []): RemovedPrice[] {
  return [...before, readRemovedPrice(text)];
}

async function listPriceLists(session: Session, options: ListOptions & SiteOption): Promise<void> {
  const matinee = await session.matinee();
  const filter = await siteOf(session, options);
  const [found, names] = await Promise.all([
    matinee.priceLists.list.all(filter).toArray({ limit: options.limit }),
    namesFor(session),
  ]);
  printList(session, options, { items: found, layout: priceListLayout(names) });
}

async function getPriceList(
  session: Session,
  options: Format,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const priceListId = await findId(session, 'priceList', typed);
  await printPriceList(session, options, await matinee.priceLists.get({ priceListId }));
}

async function createPriceList(session: Session, options: PriceListOptions): Promise<void> {
  const complete = await askForPrices(session, await askForMissing(session, options, fields));
  const given = await withPrices(session, withFee(complete), []);
  const input = readInput(given, [...fields, currency, items, site], 'create');
  if (input['items'] === undefined) {
    throw usageError('Missing: --price.', 'Set at least one, such as --price adult=12.00.');
  }
  const matinee = await session.matinee();
  const create = { ...(await withIds(session, input)), ...(await siteOf(session, options)) };
  const list = await matinee.priceLists.create(create as unknown as Inputs['priceLists']['create']);
  await printPriceList(session, options, list);
  session.talk('Price list created.');
}

async function updatePriceList(
  session: Session,
  options: PriceListOptions,
  [typed = '']: string[],
): Promise<void> {
  const isPriced = options.price !== undefined || options.removePrice !== undefined;
  const given = { ...withFee(options), ...(isPriced ? { items: [] } : {}) };
  const changes = readInput(given, [...fields, items], 'update');
  const matinee = await session.matinee();
  const priceListId = await findId(session, 'priceList', typed);
  const before = await matinee.priceLists.get({ priceListId });
  const revision = await revisionOf(options, changes, async () => before);
  const { items: changed } = await withPrices(session, options, before.items);
  const input = { ...changes, ...(isPriced ? { items: changed } : {}) };
  const update = { ...input, priceListId, revision } as Inputs['priceLists']['update'];
  await printPriceList(session, options, await matinee.priceLists.update(update));
  session.talk('Price list updated.');
}

/** Asks for the prices of a new list that has none. */
async function askForPrices(
  session: Session,
  options: PriceListOptions,
): Promise<PriceListOptions> {
  if (!session.canAsk || options.data !== undefined || options.price !== undefined) {
    return options;
  }
  const price = await askValid(session, {
    message: 'Prices, such as adult=12.00 adult:vip=20.00',
    hint: 'Enter prices, with spaces between them.',
    read: readPrices,
  });
  return { ...options, price };
}

async function withPrices(
  session: Session,
  options: PriceListOptions,
  before: PriceList['items'],
): Promise<PriceListOptions & { items?: PriceList['items'] }> {
  const { price, removePrice } = options;
  return price === undefined && removePrice === undefined
    ? options
    : { ...options, items: await changedItems(session, before, options) };
}

function withFee(options: PriceListOptions): PriceListOptions {
  const { bookingFee } = options;
  return typeof bookingFee === 'string'
    ? { ...options, bookingFee: amountOf(bookingFee) }
    : options;
}

async function printPriceList(session: Session, options: Format, list: PriceList): Promise<void> {
  const names = options.json ? { sites: [], ticketTypes: [] } : await namesFor(session);
  session.print(options, list, () => showPriceList(list, names, session));
}

async function siteOf(session: Session, { site: typed }: SiteOption): Promise<{ siteId?: string }> {
  return typed === undefined ? {} : { siteId: await findId(session, 'site', typed) };
}

async function namesFor(session: Session): Promise<PriceListNames> {
  const matinee = await session.matinee();
  const [sites, ticketTypes] = await Promise.all([
    matinee.sites.list.all({}).toArray(),
    matinee.ticketTypes.list.all({}).toArray(),
  ]);
  return { sites, ticketTypes };
}
