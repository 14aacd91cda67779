import { z } from 'zod';
import {
  Count,
  Currency,
  CurrencyCode,
  idOf,
  Instant,
  longText,
  outputIdOf,
  outputText,
  page,
  pageInput,
  Revision,
  RevisionOutput,
  text,
} from '../schema.ts';
import { TimeZone } from '../theaters/schema.ts';
import { typeNames } from '../type-names.ts';

/** Half a year is long before any show. */
const longestNotice = 4_400;

const Tier = z.strictObject({
  hoursBefore: z
    .number()
    .min(0)
    .max(longestNotice)
    .meta({ description: 'Hours before the start, at least.' }),
  percent: z
    .number()
    .min(0)
    .max(100)
    .multipleOf(0.01)
    .meta({ description: 'How much of a price is returned.' }),
});

/** What is returned when seats are given back. */
export const RefundPolicy = z
  .strictObject({
    tiers: z
      .array(Tier)
      .max(10)
      .refine((tiers) => tiers.every((tier, at) => at === 0 || isLater(tier, tiers[at - 1])), {
        message: 'must be ordered by hoursBefore, the largest first',
      })
      .meta({
        description:
          'The first tier whose `hoursBefore` are left until the start decides; without one nothing ' +
          'is returned.',
      }),
    feeRefundable: z
      .boolean()
      .meta({ description: 'Whether fees are returned when the last seat is given back.' }),
  })
  .register(typeNames, { name: 'RefundPolicy' });
export type RefundPolicy = z.infer<typeof RefundPolicy>;

function isLater(tier: z.infer<typeof Tier>, before: z.infer<typeof Tier> | undefined): boolean {
  return before === undefined || tier.hoursBefore < before.hoursBefore;
}

export const TaxRate = z
  .number()
  .min(0)
  .max(100)
  .multipleOf(0.01)
  .meta({
    description: 'The tax contained in prices, in percent.',
    examples: [19],
  });

export const SiteId = z.strictObject({ siteId: idOf('site') });

export const ListSites = z.strictObject(pageInput);
export type ListSites = z.infer<typeof ListSites>;

const SiteName = text(255).meta({ description: 'The name of the cinema.' });

/** What can be left out when a site is made, too. */
const rules = {
  currency: CurrencyCode.meta({
    description: 'ISO 4217 code; it must be the configured one.',
  }).optional(),
  address: longText(500).nullable().meta({ description: 'The postal address.' }).optional(),
  taxRate: TaxRate.optional(),
  refundPolicy: RefundPolicy.meta({
    description: 'What is returned when seats are given back.',
  }).optional(),
  lateSalesMinutes: z
    .int()
    .min(0)
    .max(1_440)
    .meta({ description: 'How long after the start the desk sells.' })
    .optional(),
  businessDayStartsAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, such as "06:00"')
    .nullable()
    .meta({
      description:
        'When a business day begins, `HH:MM` on the clock of the theater; shows that start earlier ' +
        'belong to the day before. `null`: at midnight.',
      examples: ['06:00'],
    })
    .optional(),
};

export const CreateSite = z.strictObject({ name: SiteName, timezone: TimeZone, ...rules });
export type CreateSite = z.infer<typeof CreateSite>;

export const UpdateSite = z.strictObject({
  siteId: idOf('site'),
  revision: Revision.optional(),
  name: SiteName.optional(),
  timezone: TimeZone.optional(),
  ...rules,
});
export type UpdateSite = z.infer<typeof UpdateSite>;

export const Site = z
  .object({
    id: outputIdOf('site'),
    name: outputText('The name of the cinema.'),
    timezone: outputText('IANA time zone.'),
    currency: Currency,
    address: z.string().nullable().meta({ description: 'The postal address.' }),
    taxRate: TaxRate,
    refundPolicy: RefundPolicy.meta({ description: 'What is returned when seats are given back.' }),
    lateSalesMinutes: Count.meta({ description: 'How long after the start the desk sells.' }),
    businessDayStartsAt: z.string().nullable().meta({
      description: 'When a business day begins, `HH:MM`; `null`: at midnight.',
    }),
    revision: RevisionOutput,
    createdAt: Instant.meta({ description: 'When it was made.' }),
  })
  .meta({ id: 'Site' });
export type Site = z.infer<typeof Site>;

export const SitePage = page(Site);
