import type { PriceList } from '@matinee/sdk';
import { ask, promptStreams } from '../ask.ts';
import { askForMissing } from '../input.ts';
import type { Field, InputOptions } from '../input.ts';
import { plain } from '../output/text.ts';
import type { Session } from '../session.ts';

const ownPrices = ['price', 'seatTypePrices'];
const allPrices = [...ownPrices, 'priceListId'];

/**
 * Asks for the fields that a new show needs and the flags do not set. Where there are price lists, a
 * list is offered before a price.
 */
export async function askForPrices(
  session: Session,
  options: InputOptions,
  fields: readonly Field[],
): Promise<InputOptions> {
  const isBare = fields.every(({ key }) => options[key] === undefined);
  const others = fields.filter(({ key }) => !allPrices.includes(key));
  const answered = await askForMissing(session, options, others);
  const hasPrices = allPrices.some((key) => options[key] !== undefined);
  const chosen = hasPrices ? undefined : await offerPriceLists(session, options);
  if (chosen !== undefined) {
    return { ...answered, priceListId: chosen };
  }
  const prices = fields.filter(({ key }) => key === 'price' || (isBare && ownPrices.includes(key)));
  return askForMissing(session, answered, prices);
}

/** @returns the id of the chosen list; undefined for a price of its own */
async function offerPriceLists(
  session: Session,
  { data }: InputOptions,
): Promise<string | undefined> {
  if (!session.canAsk || data !== undefined) {
    return undefined;
  }
  const matinee = await session.matinee();
  const lists: PriceList[] = await matinee.priceLists.list
    .all({})
    .toArray()
    .catch(() => []);
  if (lists.length === 0) {
    return undefined;
  }
  const chosen = await ask((prompts) =>
    prompts.select({
      message: 'Which prices?',
      options: [
        ...lists.map(({ id, name }) => ({ value: id, label: `Price list ${plain(name)}` })),
        { value: '', label: 'A price of its own' },
      ],
      ...promptStreams(session),
    }),
  );
  return chosen === '' ? undefined : chosen;
}
