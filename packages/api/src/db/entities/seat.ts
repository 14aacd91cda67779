import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant } from '../columns.ts';
import { Theater } from './theater.ts';

export const seatTypes = ['regular', 'premium', 'vip'] as const;

const seatFeatures = [
  'wheelchair',
  'companion',
  'transferArm',
  'aisle',
  'noSteps',
  'hearingLoop',
  'restrictedView',
  'pair',
] as const;

const SeatSchema = defineEntity({
  name: 'Seat',
  tableName: 'seats',
  uniques: [
    { name: 'seats_label_unique', properties: ['theater', 'rowLabel', 'seatNumber'] },
    { name: 'seats_theater_unique', properties: ['theater', 'id'] },
  ],
  properties: {
    id: id(),
    theater: () =>
      p
        .manyToOne(Theater)
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('seats_theater_fk'),
    rowLabel: p.string().length(10),
    seatNumber: p.integer(),
    /** Row from the screen, from 1. */
    rowIndex: p.integer(),
    /** Place in the row from the left, from 1, gaps counted. */
    position: p.integer(),
    seatType: p.enum(seatTypes).default('regular'),
    outOfOrder: p.boolean().default(false),
    features: p.array().$type<(typeof seatFeatures)[number][]>().default([]),
    archivedAt: instant().nullable(),
    createdAt: createdAt(),
  },
});

/** A chair in a theater. One that was ever sold is archived when the layout drops it. */
export class Seat extends SeatSchema.class {}
SeatSchema.setClass(Seat);
