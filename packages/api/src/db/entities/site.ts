import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant } from '../columns.ts';

/** How much of a price is returned when seats are given back. */
export interface RefundPolicy {
  /** Earliest first: from so many hours before the start on, so much is returned. */
  tiers: { hoursBefore: number; percent: number }[];
  /** Whether the booking fee is returned with the last seat. */
  feeRefundable: boolean;
}

const SiteSchema = defineEntity({
  name: 'Site',
  tableName: 'sites',
  checks: [
    { name: 'sites_tax_rate_is_share', expression: 'tax_rate_bp >= 0 and tax_rate_bp <= 10000' },
    { name: 'sites_late_sales_not_negative', expression: 'late_sales_minutes >= 0' },
  ],
  properties: {
    id: id(),
    name: p.string().length(255),
    /** IANA zone. */
    timezone: p.string().length(64),
    /** Null: the configured one. */
    currency: p.character().length(3).nullable(),
    address: p.string().length(500).nullable(),
    /** Tax contained in prices, in basis points: 1900 is 19 %. */
    taxRateBp: p.integer().default(0),
    refundPolicy: p.json<RefundPolicy>().columnType('jsonb'),
    /** How long after the start the desk sells. */
    lateSalesMinutes: p.integer().default(15),
    /** When a business day begins, as `HH:MM`; null: at midnight. */
    businessDayStartsAt: p.character().length(5).nullable(),
    /** Whose the sales without a customer are; made by the first of them. No foreign key: it is never erased. */
    walkUpUserId: p.uuid().nullable(),
    revision: p.integer().default(1),
    archivedAt: instant().nullable(),
    createdAt: createdAt(),
  },
});

/** A cinema: one or more theaters at one address, with its taxes and its rules. */
export class Site extends SiteSchema.class {}
SiteSchema.setClass(Site);
