import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant, isAmount, money } from '../columns.ts';
import { Movie } from './movie.ts';
import { PriceList } from './price-list.ts';
import { Theater } from './theater.ts';

const ShowtimeSchema = defineEntity({
  name: 'Showtime',
  tableName: 'showtimes',
  indexes: [
    { name: 'idx_showtimes_movie', properties: ['movie', 'startTime'] },
    { name: 'idx_showtimes_theater_time', properties: ['theater', 'startTime'] },
    { name: 'idx_showtimes_start', properties: ['startTime', 'id'] },
    { name: 'idx_showtimes_local', properties: ['localStart'] },
    {
      name: 'idx_showtimes_series',
      expression:
        'create index "idx_showtimes_series" on "showtimes" ("series_id", "start_time") ' +
        'where "series_id" is not null',
    },
    {
      // A new version of a list finds its shows.
      name: 'idx_showtimes_price_list',
      expression:
        'create index "idx_showtimes_price_list" on "showtimes" ("price_list_id", "end_time") ' +
        'where "price_list_id" is not null',
    },
  ],
  uniques: [{ name: 'showtimes_theater_unique', properties: ['theater', 'id'] }],
  checks: [
    { name: 'showtimes_end_after_start', expression: 'end_time > start_time' },
    {
      name: 'showtimes_price_list_has_version',
      expression: '(price_list_id is null) = (price_version_id is null)',
    },
    { name: 'showtimes_blocked_after_end', expression: 'blocked_until >= end_time' },
    {
      name: 'showtimes_prices_are_amounts',
      expression: ['price', 'premium_price', 'vip_price']
        .map((column) => `(${column} is null or (${isAmount(column)}))`)
        .join(' and '),
    },
    {
      // Two admins in the same instant meet here, whatever either of them has read.
      name: 'showtimes_no_overlap',
      expression:
        'exclude using gist (theater_id with =, tstzrange(start_time, blocked_until) with &&) ' +
        'where (cancelled_at is null and archived_at is null)',
    },
  ],
  properties: {
    id: id(),
    movie: () =>
      p
        .manyToOne(Movie)
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('showtimes_movie_fk'),
    theater: () =>
      p
        .manyToOne(Theater)
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('showtimes_theater_fk'),
    startTime: instant(),
    /**
     * `startTime` on the clock of the theater (`local-time.ts`), kept for all that asks for a day. A past
     * show keeps it. A trigger fills it for statements that do not know it.
     */
    localStart: p.string().columnType('timestamp(3)').lazy(),
    endTime: instant(),
    /** End of cleaning, as it was configured when the showtime was created or moved. */
    blockedUntil: instant(),
    price: money(),
    premiumPrice: money().nullable(),
    vipPrice: money().nullable(),
    /** The price list that the prices come from, and its newest version. */
    priceListId: p.uuid().nullable(),
    priceVersion: () =>
      p
        .manyToOne(PriceList)
        .joinColumn('price_version_id')
        .nullable()
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('showtimes_price_version_fk')
        .index(false)
        .hidden(),
    currency: p.character().length(3),
    /** Shows that were planned together have it in common. */
    seriesId: p.uuid().nullable(),
    /** Seats of the theater; follows the layout until the show has ended, then stays. */
    totalSeats: p.integer(),
    cancelledAt: instant().nullable(),
    cancelReason: p.string().length(500).nullable(),
    archivedAt: instant().nullable(),
    /** The start that reminders have been written for. */
    remindedFor: instant().nullable().lazy(),
    revision: p.integer().default(1),
    createdAt: createdAt(),
  },
});

/** One screening of a movie in a theater. */
export class Showtime extends ShowtimeSchema.class {}
ShowtimeSchema.setClass(Showtime);
