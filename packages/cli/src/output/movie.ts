import type { Movie, Outputs } from '@matinee/sdk';
import { guardMeaning } from './apostrophe.ts';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { idColumn, shortId } from './short-id.ts';
import { localTime } from './time.ts';

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
    { name: 'title', value: (movie) => guardMeaning(movie.title) },
    { name: 'description', value: (movie) => guardMeaning(movie.description) },
    { name: 'genre', value: (movie) => guardMeaning(movie.genre) },
    { name: 'durationMinutes', value: (movie) => movie.durationMinutes },
    { name: 'releaseDate', value: (movie) => movie.releaseDate },
    { name: 'contentRating', value: (movie) => guardMeaning(movie.contentRating) },
    { name: 'posterUrl', value: (movie) => movie.posterUrl },
    { name: 'revision', value: (movie) => movie.revision },
    { name: 'createdAt', value: (movie) => movie.createdAt },
    { name: 'updatedAt', value: (movie) => movie.updatedAt },
    { name: 'minimumAge', value: (movie) => movie.minimumAge },
    { name: 'ageRule', value: (movie) => movie.ageRule },
  ],
};

type FoundMovie = Outputs['movies']['search'][number];
type RecommendedMovie = Outputs['movies']['recommended'][number];

/** The columns of the movies that a search has found, the best first. */
export const foundMovieLayout: Layout<FoundMovie> = {
  noun: 'movie',
  columns: [
    { title: 'ID', value: ({ movie }) => shortId(movie.id), piped: ({ movie }) => movie.id },
    { title: 'TITLE', value: ({ movie }) => movie.title, shrinks: true },
    { title: 'RELEASED', value: ({ movie }) => movie.releaseDate, drops: 1 },
    { title: 'SCORE', value: ({ score }) => score.toFixed(2), align: 'right', drops: 2 },
    { title: 'NEXT SHOW', value: ({ nextShowtime }) => nextOf(nextShowtime) },
  ],
  csv: [
    { name: 'id', value: ({ movie }) => movie.id },
    { name: 'title', value: ({ movie }) => guardMeaning(movie.title) },
    { name: 'score', value: ({ score }) => score },
    { name: 'nextShowtimeId', value: ({ nextShowtime }) => nextShowtime?.id },
  ],
};

function nextOf(showtime: FoundMovie['nextShowtime']): string | null {
  return showtime && localTime(showtime.startTime, showtime.theater.timezone);
}

/** The columns of recommended movies, the best first. */
export const recommendedMovieLayout: Layout<RecommendedMovie> = {
  noun: 'movie',
  columns: [
    { title: 'ID', value: ({ movie }) => shortId(movie.id), piped: ({ movie }) => movie.id },
    { title: 'TITLE', value: ({ movie }) => movie.title, shrinks: true },
    { title: 'BECAUSE', value: reasonOf, shrinks: true },
  ],
  csv: [
    { name: 'id', value: ({ movie }) => movie.id },
    { name: 'title', value: ({ movie }) => guardMeaning(movie.title) },
    { name: 'because', value: ({ because }) => because.type },
  ],
};

function reasonOf({ because }: RecommendedMovie): string {
  switch (because.type) {
    case 'seen':
      return `you saw "${because.title}"`;
    case 'popular':
      return 'popular this week';
    case 'genre':
      return 'your favourite genre';
    case 'new':
      return 'new';
    default:
      return '';
  }
}

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
