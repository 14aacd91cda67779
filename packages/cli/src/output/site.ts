import type { Site } from '@matinee/sdk';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { idColumn } from './short-id.ts';

/** The columns of a list of cinemas. */
export const siteLayout: Layout<Site> = {
  noun: 'site',
  columns: [
    idColumn(),
    { title: 'NAME', value: (site) => site.name, shrinks: 'in the middle' },
    { title: 'TIME ZONE', value: (site) => site.timezone, drops: 2 },
    { title: 'TAX', value: (site) => `${site.taxRate}%`, align: 'right', drops: 1 },
    { title: 'REFUNDS', value: tiersOf, piped: tierFlagsOf, shrinks: true },
  ],
  csv: [
    { name: 'id', value: (site) => site.id },
    { name: 'name', value: (site) => site.name },
    { name: 'timezone', value: (site) => site.timezone },
    { name: 'currency', value: (site) => site.currency },
    { name: 'address', value: (site) => site.address },
    { name: 'taxRate', value: (site) => site.taxRate },
    { name: 'refundTiers', value: tierFlagsOf },
    { name: 'feeRefundable', value: (site) => site.refundPolicy.feeRefundable },
    { name: 'lateSalesMinutes', value: (site) => site.lateSalesMinutes },
    { name: 'businessDayStartsAt', value: (site) => site.businessDayStartsAt },
    { name: 'revision', value: (site) => site.revision },
    { name: 'createdAt', value: (site) => site.createdAt },
  ],
};

/** Formats a cinema, one fact per line. */
export function showSite(site: Site, paint: Paint): string {
  return details(
    [
      ['Name', site.name],
      ['Time zone', site.timezone],
      ['Currency', site.currency],
      ['Address', site.address],
      ['Tax', `${site.taxRate}%, contained in prices`],
      ['Refunds', tiersOf(site)],
      ['Fees', site.refundPolicy.feeRefundable ? 'returned with the last seat' : 'not returned'],
      ['Late sales', `${site.lateSalesMinutes} min after the start, at the desk`],
      ['Day begins', site.businessDayStartsAt ?? 'at midnight'],
      ['Id', site.id],
      ['Revision', site.revision],
    ],
    paint,
  );
}

/** `100% until 24 h before, 50% until 2 h before`. */
function tiersOf({ refundPolicy: { tiers } }: Site): string {
  const texts = tiers.map(({ hoursBefore, percent }) =>
    hoursBefore === 0 ? `${percent}% until the start` : `${percent}% until ${hoursBefore} h before`,
  );
  return texts.length === 0 ? 'none' : texts.join(', ');
}

/** `24:100 2:50`, as `--refund-tier` takes them. */
function tierFlagsOf({ refundPolicy: { tiers } }: Site): string {
  return tiers.map(({ hoursBefore, percent }) => `${hoursBefore}:${percent}`).join(' ');
}
