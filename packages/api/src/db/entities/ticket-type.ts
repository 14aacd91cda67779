import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant } from '../columns.ts';

/** The type that is always there, made by the migration: what seats cost without a price list. */
export const standardTicketType = '00000000-0000-7000-8000-000000000001';

const TicketTypeSchema = defineEntity({
  name: 'TicketType',
  tableName: 'ticket_types',
  uniques: [{ name: 'ticket_types_code_unique', properties: ['code'] }],
  properties: {
    id: id(),
    code: p.string().length(50),
    name: p.string().length(255),
    description: p.string().length(500).nullable(),
    sortOrder: p.integer().default(0),
    minAge: p.integer().nullable(),
    maxAge: p.integer().nullable(),
    proof: p.enum(['none', 'gate', 'desk'] as const).default('none'),
    minPerBooking: p.integer().nullable(),
    withAdult: p.boolean().default(false),
    archivedAt: instant().nullable(),
    createdAt: createdAt(),
  },
});

/** Who a ticket is for: an adult, a child, a member. */
export class TicketType extends TicketTypeSchema.class {}
TicketTypeSchema.setClass(TicketType);
