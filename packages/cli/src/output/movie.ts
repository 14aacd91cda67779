import type { Movie } from '@matinee/sdk';
import { guardNothing } from './apostrophe.ts';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { idColumn } from './short-id.ts';

/** The columns of a list of movies. */
export const movieLayout: Layout<Movie> = {
  noun: 'movie',
  columns: [
    idColumn(),
    { title: 'TITLE', value: (movie) => movie.title, shrinks: true },
    { title: 'GENRE', value: (movie) => movie.genre, shrinks: true, drops: 3 },
    { title: 'MIN', value: (movie) => movie.durationMinutes, align: 'right', drops: 4 },
    { title: 'RELEASED', value: (movie) => movie.releaseDate, drops: 2 },
    { title: 'RATING', value: (movie) => movie.contentRating, shrinks: true, drops: 1 },
  ],
  csv: [
    { name: 'id', value: (movie) => movie.id },
    { name: 'title', value: (movie) => guardNothing(movie.title) },
    { name: 'description', value: (movie) => guardNothing(movie.description) },
    { name: 'genre', value: (movie) => guardNothing(movie.genre) },
    { name: 'durationMinutes', value: (movie) => movie.durationMinutes },
    { name: 'releaseDate', value: (movie) => movie.releaseDate },
    { name: 'contentRating', value: (movie) => guardNothing(movie.contentRating) },
    { name: 'posterUrl', value: (movie) => movie.posterUrl },
    { name: 'revision', value: (movie) => movie.revision },
    { name: 'createdAt', value: (movie) => movie.createdAt },
    { name: 'updatedAt', value: (movie) => movie.updatedAt },
    { name: 'minimumAge', value: (movie) => movie.minimumAge },
    { name: 'ageRule', value: (movie) => movie.ageRule },
  ],
};

/** Formats a movie, one fact per line. */
export function showMovie(movie: Movie, paint: Paint): string {
  return details(
    [
      ['Title', movie.title],
      ['Genre', movie.genre],
      ['Length', `${movie.durationMinutes} min`],
      ['Released', movie.releaseDate],
      ['Rating', movie.contentRating],
      ['Age', ageOf(movie)],
      ['Description', movie.description],
      ['Poster', movie.posterUrl],
      ['Id', movie.id],
      ['Revision', movie.revision],
    ],
    paint,
  );
}

/** `18, sold with an adult to younger people`; undefined without an age. */
function ageOf({ minimumAge, ageRule }: Movie): string | undefined {
  return minimumAge ? `${minimumAge}, ${ageRules[ageRule]}` : undefined;
}

const ageRules: Readonly<Record<Movie['ageRule'], string>> = {
  advisory: 'as advice',
  accompanied: 'sold to younger people with an adult only',
  restricted: 'not sold to younger people',
};
