import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant } from '../columns.ts';
import { Showtime } from './showtime.ts';
import { Theater } from './theater.ts';
import { User } from './user.ts';

const SeatBlockSchema = defineEntity({
  name: 'SeatBlock',
  tableName: 'seat_blocks',
  indexes: [{ name: 'idx_seat_blocks_showtime', properties: ['showtime'] }],
  properties: {
    id: id(),
    theater: () =>
      p
        .manyToOne(Theater)
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('seat_blocks_theater_fk')
        .index(false),
    showtime: () =>
      p
        .manyToOne(Showtime)
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('seat_blocks_showtime_fk')
        .index(false),
    kind: p.enum(['house', 'broken', 'hold'] as const),
    reason: p.string().length(500).nullable(),
    releaseAt: instant().nullable(),
    actor: () =>
      p
        .manyToOne(User)
        .joinColumn('actor_id')
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('seat_blocks_actor_fk')
        .index(false),
    createdAt: createdAt(),
  },
});

/** Why staff keep seats of a show from being sold. The seats are claims that name it. */
export class SeatBlock extends SeatBlockSchema.class {}
SeatBlockSchema.setClass(SeatBlock);
