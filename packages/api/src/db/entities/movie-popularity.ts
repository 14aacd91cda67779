import { defineEntity, p } from '@mikro-orm/core';
import { Movie } from './movie.ts';
import { Site } from './site.ts';

const MoviePopularitySchema = defineEntity({
  name: 'MoviePopularity',
  tableName: 'movie_popularity',
  properties: {
    site: () =>
      p
        .manyToOne(Site)
        .primary()
        .deleteRule('cascade')
        .updateRule('no action')
        .foreignKeyName('movie_popularity_site_fk')
        .index(false),
    movie: () =>
      p
        .manyToOne(Movie)
        .primary()
        .deleteRule('cascade')
        .updateRule('no action')
        .foreignKeyName('movie_popularity_movie_fk')
        .index('idx_movie_popularity_movie'),
    /** Booked in the seven days before it was counted. */
    seats: p.integer(),
  },
});

/** How much a movie was booked at a site of late; counted anew every night. */
export class MoviePopularity extends MoviePopularitySchema.class {}
MoviePopularitySchema.setClass(MoviePopularity);
