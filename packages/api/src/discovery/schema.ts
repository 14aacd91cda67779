import { z } from 'zod';
import { Movie } from '../movies/schema.ts';
import { dayFilter, idOf, outputIdOf, outputText, searchText } from '../schema.ts';
import { Showtime } from '../showtimes/schema.ts';

export const SearchMovies = z.strictObject({
  q: searchText(255)
    .min(1)
    .meta({
      description:
        'Words of the title, of its description, or the beginning of one. Typing errors, accents, ' +
        'case and spaces may differ.',
      examples: ['godfahter'],
    }),
  siteId: idOf('site').meta({ description: 'Movies with a show ahead at this cinema.' }).optional(),
  from: dayFilter.from.meta({
    description: 'Movies with a show ahead on this business day or later.',
  }),
  to: dayFilter.to.meta({
    description: 'Movies with a show ahead on this business day or before.',
  }),
  limit: z.int().min(1).max(50).default(20).meta({ description: 'Movies at most.' }),
});
export type SearchMovies = z.infer<typeof SearchMovies>;

export const FoundMovies = z
  .array(
    z
      .object({
        movie: Movie.meta({ description: 'The movie that was found.' }),
        score: z
          .number()
          .min(0)
          .max(1)
          .meta({ description: 'How well it fits: 1 is the title as it was typed.' }),
        nextShowtime: Showtime.nullable().meta({
          description:
            'The next show that has not started, within the filters; `null` without one.',
        }),
      })
      .meta({ id: 'FoundMovie' }),
  )
  .meta({ description: 'The best first.' });
export type FoundMovies = z.infer<typeof FoundMovies>;

export const RecommendMovies = z.strictObject({
  siteId: idOf('site').meta({ description: 'Movies with a show ahead at this cinema.' }).optional(),
  limit: z.int().min(1).max(20).default(10).meta({ description: 'Movies at most.' }),
});
export type RecommendMovies = z.infer<typeof RecommendMovies>;

const Because = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('seen').meta({ description: 'A movie that you saw leads to it.' }),
      movieId: outputIdOf('movie'),
      title: outputText('The title of a movie that you saw.'),
    }),
    z.object({
      type: z
        .enum(['popular', 'new', 'genre'])
        .meta({ description: 'Nothing that you saw leads to it.' }),
    }),
  ])
  .meta({
    description:
      '`seen`: people who saw the named movie, which you did too, saw this one as well. `popular`: ' +
      'much booked in the last week. `genre`: of the genre that you see most. `new`: added of late.',
  });

export const RecommendedMovies = z
  .array(
    z
      .object({ movie: Movie.meta({ description: 'The movie to see.' }), because: Because })
      .meta({ id: 'RecommendedMovie' }),
  )
  .meta({ description: 'The best first; no movie that you have seen or booked.' });
export type RecommendedMovies = z.infer<typeof RecommendedMovies>;
