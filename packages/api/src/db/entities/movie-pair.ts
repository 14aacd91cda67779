import { defineEntity, p } from '@mikro-orm/core';
import { Movie } from './movie.ts';

const MoviePairSchema = defineEntity({
  name: 'MoviePair',
  tableName: 'movie_pairs',
  properties: {
    movie: () =>
      p
        .manyToOne(Movie)
        .primary()
        .deleteRule('cascade')
        .updateRule('no action')
        .foreignKeyName('movie_pairs_movie_fk')
        .index(false),
    other: () =>
      p
        .manyToOne(Movie)
        .primary()
        .deleteRule('cascade')
        .updateRule('no action')
        .foreignKeyName('movie_pairs_other_fk')
        .index('idx_movie_pairs_other'),
    /** Customers who saw both. */
    visitors: p.integer(),
    /** How much that says, with the popularity of both taken out. */
    score: p.double(),
  },
});

/** Two movies that the same customers saw, in one direction; counted anew every night. */
export class MoviePair extends MoviePairSchema.class {}
MoviePairSchema.setClass(MoviePair);
