import { defineEntity, p } from '@mikro-orm/core';
import { asPeopleSort } from '../collation.ts';
import { createdAt, id, instant } from '../columns.ts';
import { Site } from './site.ts';

/** The site that is always there, made by the migration. */
export const defaultSite = '00000000-0000-7000-8000-000000000002';

const TheaterSchema = defineEntity({
  name: 'Theater',
  tableName: 'theaters',
  indexes: [
    {
      name: 'idx_theaters_by_name',
      expression: `create index "idx_theaters_by_name" on "theaters" ("name" ${asPeopleSort}, "id")`,
    },
  ],
  checks: [
    { name: 'theaters_turnaround_not_negative', expression: 'turnaround_minutes >= 0' },
    { name: 'theaters_seats_positive', expression: 'total_seats > 0' },
  ],
  properties: {
    id: id(),
    name: p.string().length(255),
    site: () =>
      p
        .manyToOne(Site)
        .default(defaultSite)
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('theaters_site_fk')
        .index('idx_theaters_site')
        .hidden(),
    /** IANA zone; calendar dates of this theater's showtimes are days in it. */
    timezone: p.string().length(64),
    /** Cleaning time after each show. */
    turnaroundMinutes: p.integer().default(0),
    totalSeats: p.integer(),
    revision: p.integer().default(1),
    archivedAt: instant().nullable(),
    createdAt: createdAt(),
  },
});

/** A hall with its seats. */
export class Theater extends TheaterSchema.class {}
TheaterSchema.setClass(Theater);
