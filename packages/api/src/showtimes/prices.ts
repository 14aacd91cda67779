import { PriceList } from '../db/entities/index.ts';
import { noSuch, ValidationError } from '../errors.ts';
import { listedPrices } from '../prices/versions.ts';
import type { ServiceContext } from '../service-context.ts';
import type { UpdateShowtime } from './schema.ts';

/** The columns of a show that say what its seats cost; those left out stay. */
export interface Prices {
  price?: string;
  premiumPrice?: string | null;
  vipPrice?: string | null;
  priceListId?: string | null;
  priceVersion?: PriceList | null;
}

/**
 * The prices that an input gives to a show. Its own prices take a show off its list; those of seat
 * types alone leave the price of a regular seat as it is.
 *
 * @throws ValidationError for prices of both kinds, or a list of another currency
 * @throws NotFoundError for a list that does not exist, or is another site's
 */
export async function readPrices(
  tx: ServiceContext,
  {
    price,
    seatTypePrices,
    priceListId,
  }: Pick<UpdateShowtime, 'price' | 'seatTypePrices' | 'priceListId'>,
  { siteId, currency }: { siteId: string; currency: string },
): Promise<Prices> {
  const own = { price, seatTypePrices };
  if (priceListId === undefined) {
    return ownPrices(own);
  }
  if (price !== undefined || seatTypePrices !== undefined) {
    throw needsPrices();
  }
  const listed = await listedPrices(tx, priceListId);
  if (listed.siteId !== null && listed.siteId !== siteId) {
    throw noSuch('price list', 'priceListId');
  }
  if (listed.currency !== currency) {
    const message = `is in ${listed.currency}, and the show in ${currency}`;
    throw new ValidationError([{ path: ['priceListId'], message }]);
  }
  const { versionId, price: regular, premiumPrice, vipPrice } = listed;
  const priceVersion = tx.em.getReference(PriceList, versionId);
  return { price: regular, premiumPrice, vipPrice, priceListId, priceVersion };
}

function ownPrices({ price, seatTypePrices }: Pick<UpdateShowtime, 'price' | 'seatTypePrices'>) {
  if (price === undefined && seatTypePrices === undefined) {
    return {};
  }
  const ofTypes =
    seatTypePrices === undefined
      ? {}
      : {
          premiumPrice: seatTypePrices?.premium ?? null,
          vipPrice: seatTypePrices?.vip ?? null,
        };
  return {
    ...(price === undefined ? {} : { price }),
    ...ofTypes,
    priceListId: null,
    priceVersion: null,
  };
}

/** The failure for prices that are not given in one of the two ways. */
export function needsPrices(): ValidationError {
  const message = 'must be given, or priceListId, but not both';
  return new ValidationError([{ path: ['price'], message }]);
}
