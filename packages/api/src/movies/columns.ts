import { textOf } from '../db/row.ts';
import type { Movie } from './schema.ts';

/** What a `Movie` is read from, in SQL, of `movies m`. */
export const movieColumns = `m.id, m.title, m.description, m.poster_url as "posterUrl", m.genre,
  m.duration_minutes as "durationMinutes", m.release_date as "releaseDate",
  m.content_rating as "contentRating", m.minimum_age as "minimumAge", m.age_rule as "ageRule",
  m.revision, m.created_at as "createdAt",
  m.updated_at as "updatedAt"`;

/** The types of these columns. */
export const movieRow = {
  id: 'uuid',
  title: 'text',
  description: 'text?',
  posterUrl: 'text?',
  genre: 'text',
  durationMinutes: 'int',
  releaseDate: 'date?',
  contentRating: 'text?',
  minimumAge: 'int?',
  ageRule: textOf<Movie['ageRule']>(),
  revision: 'int',
  createdAt: 'instant',
  updatedAt: 'instant',
} as const;
