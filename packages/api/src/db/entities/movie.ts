import { defineEntity, p } from '@mikro-orm/core';
import { asPeopleSort } from '../collation.ts';
import { createdAt, id, instant } from '../columns.ts';

const MovieSchema = defineEntity({
  name: 'Movie',
  tableName: 'movies',
  indexes: [
    {
      name: 'idx_movies_genre',
      expression: 'create index "idx_movies_genre" on "movies" (lower("genre"))',
    },
    {
      name: 'idx_movies_by_title',
      expression: `create index "idx_movies_by_title" on "movies" ("title" ${asPeopleSort}, "id")`,
    },
  ],
  checks: [
    { name: 'movies_duration_positive', expression: 'duration_minutes > 0' },
    { name: 'movies_age_is_sound', expression: 'minimum_age > 0 and minimum_age <= 99' },
  ],
  properties: {
    id: id(),
    title: p.string().length(255),
    /** The title as a search compares it. */
    searchKey: p.text().nullable().generated('(search_key((title)::text)) stored').lazy(),
    description: p.text().nullable(),
    posterUrl: p.string().length(500).nullable(),
    genre: p.string().length(100),
    durationMinutes: p.integer(),
    releaseDate: p.date().nullable(),
    contentRating: p.string().length(20).nullable(),
    /** From this age on, by `ageRule`; null: for everyone. */
    minimumAge: p.integer().nullable(),
    ageRule: p.enum(['advisory', 'accompanied', 'restricted'] as const).default('advisory'),
    revision: p.integer().default(1),
    archivedAt: instant().nullable(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
});

/** A film. Archived instead of erased once a reservation named it. */
export class Movie extends MovieSchema.class {}
MovieSchema.setClass(Movie);
