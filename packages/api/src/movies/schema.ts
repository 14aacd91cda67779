import { z } from 'zod';
import {
  CalendarDate,
  CalendarDateOutput,
  Count,
  idOf,
  IdOutput,
  Instant,
  longText,
  optionalText,
  page,
  pageInput,
  PositiveInteger,
  Revision,
  RevisionOutput,
  searchText,
  text,
} from '../schema.ts';

const DurationMinutes = z
  .int()
  .min(1)
  .max(1_440)
  .meta({ examples: [117] });

export const ListMovies = z.strictObject({
  genre: searchText(100).meta({ description: 'Equals, ignoring case.' }).optional(),
  search: searchText(255)
    .meta({ description: 'The title contains this, ignoring case and accents.' })
    .optional(),
  date: CalendarDate.meta({
    description: 'Movies with a show that starts on this day, in the time zone of its theater.',
  }).optional(),
  ...pageInput,
});
export type ListMovies = z.infer<typeof ListMovies>;

export const MovieId = z.strictObject({ movieId: idOf('movie') });
export type MovieId = z.infer<typeof MovieId>;

export const CreateMovie = z.strictObject({
  title: text(255),
  description: longText(5_000).nullable().optional(),
  genre: text(100),
  durationMinutes: DurationMinutes,
  releaseDate: CalendarDate.nullable().optional(),
  contentRating: optionalText(20),
});
export type CreateMovie = z.infer<typeof CreateMovie>;

export const UpdateMovie = z.strictObject({
  movieId: idOf('movie'),
  title: text(255).optional(),
  description: longText(5_000).nullable().optional(),
  genre: text(100).optional(),
  durationMinutes: DurationMinutes.optional(),
  releaseDate: CalendarDate.nullable().optional(),
  contentRating: optionalText(20),
  revision: Revision.optional(),
});
export type UpdateMovie = z.infer<typeof UpdateMovie>;

/** Of the host alone: which file of its own holds the poster. */
export const SetPoster = z.strictObject({
  movieId: idOf('movie'),
  posterUrl: z
    .string()
    .max(500)
    .regex(/^\/uploads\/[a-z0-9.-]+$/),
  /** Hash of the picture as it was sent: the same picture under the same key is a repetition. */
  contentHash: z.string().max(100),
});
export type SetPoster = z.infer<typeof SetPoster>;

export const Movie = z
  .object({
    id: IdOutput,
    title: z.string(),
    description: z.string().nullable(),
    posterUrl: z.string().nullable().meta({ description: 'Path on this server, `/uploads/…`.' }),
    genre: z.string(),
    durationMinutes: PositiveInteger,
    releaseDate: CalendarDateOutput.nullable(),
    contentRating: z.string().nullable(),
    revision: RevisionOutput,
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Movie' });
export type Movie = z.infer<typeof Movie>;

/** The movie, and the poster that it had before. */
export const PosterSet = z.object({ movie: Movie, replacedUrl: z.string().nullable() });
export type PosterSet = z.infer<typeof PosterSet>;

export const MoviePage = page(Movie);
export const Genres = z.array(
  z.object({ genre: z.string(), movies: Count.meta({ description: 'The number of movies.' }) }),
);
export type Genres = z.infer<typeof Genres>;
