import { z } from 'zod';
import {
  CalendarDate,
  CalendarDateOutput,
  Count,
  IdEnding,
  idOf,
  Instant,
  longText,
  optionalText,
  outputIdOf,
  outputText,
  page,
  pageInput,
  PositiveInteger,
  Revision,
  RevisionOutput,
  searchText,
  text,
} from '../schema.ts';
import { typeNames } from '../type-names.ts';

const DurationMinutes = z
  .int()
  .min(1)
  .max(1_440)
  .meta({ description: 'Length in minutes.', examples: [117] });

const MinimumAge = z
  .int()
  .min(1)
  .max(99)
  .nullable()
  .optional()
  .meta({ description: 'The age from which it may be seen, by `ageRule`.', examples: [18] });

const ageRules = z.enum(['advisory', 'accompanied', 'restricted']);
const AgeRule = ageRules.meta({
  description:
    'What `minimumAge` means for ticket types of younger people: `advisory`: nothing; `accompanied`: ' +
    'sold with an adult; `restricted`: not sold. By default `advisory`.',
});

export const ListMovies = z.strictObject({
  genre: searchText(100).meta({ description: 'Equals, ignoring case.' }).optional(),
  search: searchText(255)
    .meta({ description: 'The title contains this, ignoring case and accents.' })
    .optional(),
  date: CalendarDate.meta({
    description:
      'Movies with a show that starts on this business day, in the time zone of its theater.',
  }).optional(),
  siteId: idOf('site')
    .meta({
      description:
        'Movies with a show at this cinema that has not started; with `date`, one on that day.',
    })
    .optional(),
  idEndsWith: IdEnding.optional(),
  ...pageInput,
});
export type ListMovies = z.infer<typeof ListMovies>;

export const MovieId = z.strictObject({ movieId: idOf('movie') });
export type MovieId = z.infer<typeof MovieId>;

export const CreateMovie = z.strictObject({
  title: text(255).meta({ description: 'The title, as posters have it.' }),
  description: longText(5_000)
    .nullable()
    .optional()
    .meta({ description: 'A text about the movie, of several lines.' }),
  genre: text(100).meta({ description: 'The genre.' }),
  durationMinutes: DurationMinutes,
  releaseDate: CalendarDate.nullable()
    .optional()
    .meta({ description: 'The day of the first release, as `YYYY-MM-DD`.' }),
  contentRating: optionalText(20).meta({
    description: 'The age rating, such as `PG-13`; at most 20 characters.',
  }),
  minimumAge: MinimumAge,
  ageRule: AgeRule.optional(),
});
export type CreateMovie = z.infer<typeof CreateMovie>;

export const UpdateMovie = z.strictObject({
  movieId: idOf('movie'),
  title: text(255).meta({ description: 'The title, as posters have it.' }).optional(),
  description: longText(5_000)
    .nullable()
    .optional()
    .meta({ description: 'A text about the movie, of several lines.' }),
  genre: text(100).meta({ description: 'The genre.' }).optional(),
  durationMinutes: DurationMinutes.optional(),
  releaseDate: CalendarDate.nullable()
    .optional()
    .meta({ description: 'The day of the first release, as `YYYY-MM-DD`.' }),
  contentRating: optionalText(20).meta({
    description: 'The age rating, such as `PG-13`; at most 20 characters.',
  }),
  minimumAge: MinimumAge,
  ageRule: AgeRule.optional(),
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

/** A `posterUrl` as callers see it. */
export const PosterUrl = z
  .string()
  .nullable()
  .meta({
    description:
      'The poster: a path on this server, `/uploads/…`, or a URL if the installation has a CDN for ' +
      'posters (`POSTER_BASE_URL`). The name never gets another picture. With `?w=320`, `640` or ' +
      '`1280` the picture is at most so many pixels wide, as AVIF or WebP by `Accept`.',
  });

export const Movie = z
  .object({
    id: outputIdOf('movie'),
    title: outputText('The title.'),
    description: z.string().nullable().meta({ description: 'A text about the movie.' }),
    posterUrl: PosterUrl,
    genre: outputText('The genre.'),
    durationMinutes: PositiveInteger.meta({ description: 'Length in minutes.' }),
    releaseDate: CalendarDateOutput.nullable().meta({
      description: 'The day of the first release, as `YYYY-MM-DD`.',
    }),
    contentRating: z.string().nullable().meta({ description: 'The age rating, such as `PG-13`.' }),
    minimumAge: PositiveInteger.nullable().default(null).meta({
      description: 'The age from which it may be seen, by `ageRule`.',
    }),
    ageRule: ageRules.default('advisory').meta({
      description: 'What `minimumAge` means for ticket types of younger people.',
    }),
    revision: RevisionOutput,
    createdAt: Instant.meta({ description: 'When the movie was added.' }),
    updatedAt: Instant.meta({ description: 'When the movie was last changed.' }),
  })
  .meta({ id: 'Movie' });
export type Movie = z.infer<typeof Movie>;

/** The movie, and the poster that its row named before: a path, whatever `posterUrl` is. */
export const PosterSet = z.object({ movie: Movie, replacedUrl: z.string().nullable() });
export type PosterSet = z.infer<typeof PosterSet>;

export const MoviePage = page(Movie);
const Genre = z
  .object({
    genre: outputText('The genre.'),
    movies: Count.meta({ description: 'The number of movies.' }),
  })
  .register(typeNames, { name: 'Genre' });
export const Genres = z.array(Genre);
export type Genres = z.infer<typeof Genres>;
