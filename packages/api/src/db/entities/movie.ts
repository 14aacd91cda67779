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
    {
      name: 'idx_movies_search_terms',
      expression:
        'create index "idx_movies_search_terms" on "movies" using gin ("search_terms") ' +
        'with (fastupdate = off)',
    },
    {
      // Parts of a title.
      name: 'idx_movies_search_key',
      expression:
        'create index "idx_movies_search_key" on "movies" using gin ("search_key" gin_trgm_ops)',
    },
    {
      name: 'idx_movies_description',
      expression:
        'create index "idx_movies_description" on "movies" using gin ' +
        `(to_tsvector('simple', search_key("description")))`,
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
    /** What a search finds it by (`search_terms.sql`). A trigger fills it. */
    searchTerms: p.array().columnType('integer[]').nullable().lazy(),
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
