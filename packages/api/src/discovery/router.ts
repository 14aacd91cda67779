import { route } from '../meta.ts';
import { accountProcedure, publicProcedure } from '../trpc.ts';
import { recommendMovies } from './recommend.ts';
import { FoundMovies, RecommendedMovies, RecommendMovies, SearchMovies } from './schema.ts';
import { searchMovies } from './search.ts';

/** Procedures of movies that look at the whole programme. */
export const discoveryRouter = {
  /** Movies by what a person types, the best first. */
  search: publicProcedure
    .meta({
      ...route(
        'GET /movies/search',
        'Search movies',
        'By words of the title in any script, with typing errors, without accents, written as one or ' +
          'apart, or by words of the description; a year of release beside them helps. Equal ones by ' +
          'their next show.',
      ),
      refusals: ['NOT_FOUND'],
    })
    .input(SearchMovies)
    .output(FoundMovies)
    .query(({ ctx, input }) => searchMovies(ctx, input)),

  /** Movies that the caller may like, with the reason. */
  recommended: accountProcedure
    .meta({
      ...route(
        'GET /movies/recommended',
        'Recommend movies',
        'Movies with a show ahead, each with the reason. From what customers who saw the same movies ' +
          'saw as well, what was much booked in the last week, your favourite genre and new movies. ' +
          'What you have seen or booked is left out. Counted anew every night; turn your part of it ' +
          'off with `recommendations` of `PUT /auth/notifications`.',
      ),
      refusals: ['NOT_FOUND'],
    })
    .input(RecommendMovies)
    .output(RecommendedMovies)
    .query(({ ctx, input }) => recommendMovies(ctx, input)),
};
