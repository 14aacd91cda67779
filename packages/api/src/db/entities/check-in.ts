import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant } from '../columns.ts';
import { Showtime } from './showtime.ts';
import { Theater } from './theater.ts';
import { User } from './user.ts';

const CheckInSchema = defineEntity({
  name: 'CheckIn',
  tableName: 'check_ins',
  indexes: [
    { name: 'idx_check_ins_showtime', properties: ['showtime', 'createdAt'] },
    { name: 'idx_check_ins_ticket', properties: ['reservationId', 'seatId'] },
    {
      // Who has come: reports read it from the index alone.
      name: 'idx_check_ins_come',
      expression:
        'create index "idx_check_ins_come" on "check_ins" ("showtime_id", "reservation_id", "seat_id") ' +
        `where "type" = 'entry' and "result" = 'admitted' and "undone_at" is null`,
    },
    {
      // A ticket is inside once, until its holder leaves or the scan is taken back.
      name: 'check_ins_inside_unique',
      expression:
        'create unique index "check_ins_inside_unique" on "check_ins" ("reservation_id", "seat_id") ' +
        `where "result" = 'admitted' and "ended_at" is null`,
    },
  ],
  uniques: [{ name: 'check_ins_nonce_unique', properties: ['nonce'] }],
  checks: [
    {
      name: 'check_ins_undone_with_words',
      expression:
        '(undone_at is null) = (undo_reason is null) and (undone_at is null) = (undone_by is null)',
    },
  ],
  properties: {
    id: id(),
    /** A digest of the device's mark of this scan: a scan that is sent twice is one. */
    nonce: p.string().length(255),
    reservationId: p.uuid().nullable(),
    seatId: p.uuid().nullable(),
    theater: () => p.manyToOne(Theater).nullable().createForeignKeyConstraint(false).index(false),
    showtime: () => p.manyToOne(Showtime).nullable().createForeignKeyConstraint(false).index(false),
    type: p.enum(['entry', 'exit'] as const).default('entry'),
    result: p.enum(['admitted', 'already_admitted', 'refused'] as const),
    reason: p.string().length(50).nullable(),
    gate: p.string().length(100).nullable(),
    deviceId: p.string().length(100),
    /** By the device's clock, corrected. */
    scannedAt: instant(),
    /** When the holder left, or the scan was taken back. */
    endedAt: instant().nullable(),
    /** Whether somebody went in: admitted, or by a device that could not ask. */
    isLetIn: p.boolean().default(false),
    /** Whether the door let them in against the clock, or a second time. */
    isForced: p.boolean().default(false),
    undoneAt: instant().nullable(),
    undoReason: p.string().length(500).nullable(),
    undoneBy: () =>
      p
        .manyToOne(User)
        .joinColumn('undone_by')
        .nullable()
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('check_ins_undone_by_fk')
        .index(false),
    actor: () =>
      p
        .manyToOne(User)
        .joinColumn('actor_id')
        .nullable()
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('check_ins_actor_fk')
        .index(false),
    createdAt: createdAt(),
  },
});

/** One scan at the door. */
export class CheckIn extends CheckInSchema.class {}
CheckInSchema.setClass(CheckIn);
