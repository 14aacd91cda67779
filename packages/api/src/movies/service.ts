import { LockMode } from '@mikro-orm/core';
import { dayStartOf } from '../db/business-day.ts';
import { asPeopleSort, inAnyCase, withoutCase } from '../db/collation.ts';
import { given, selection } from '../db/conditions.ts';
import { Movie as MovieEntity } from '../db/entities/index.ts';
import { databaseNow, inTransaction, query, queryOne, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import type { RowOf } from '../db/row.ts';
import { noSuch } from '../errors.ts';
import { noteFacts } from '../outbox/enqueue.ts';
import { readTextCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import { assertRevision, defined } from '../patch.ts';
import type { ServiceContext } from '../service-context.ts';
import { assertSite } from '../staff/site.ts';
import { movieColumns, movieRow } from './columns.ts';
import { posterUrlOf } from './poster-url.ts';
import type {
  CreateMovie,
  Genres,
  ListMovies,
  Movie,
  PosterSet,
  SetPoster,
  UpdateMovie,
} from './schema.ts';

const shows = `select from showtimes s
  join theaters t on t.id = s.theater_id join sites c on c.id = t.site_id
  where s.movie_id = m.id and s.archived_at is null and s.cancelled_at is null`;

/** A showtime starts on that business day; the bounds in UTC let the index do its work. */
const isOnDay = `s.start_time >= $1::date - interval '1 day'
  and s.start_time < $1::date + interval '3 days'
  and s.local_start - ${dayStartOf('c')} >= $1::date
  and s.local_start - ${dayStartOf('c')} < $1::date + 1`;

/** SQL for a text with the apostrophes and quotes that keyboards have, as search keys keep those of print. */
function asTyped(text: string): string {
  return `translate(${text}, '’‘ʼ′“”„', '''''''''"""')`;
}

const movies = selection({
  columns: movieRow,
  fixed: 1,
  text: (conditions) => `
    select ${movieColumns} from movies m
    where m.archived_at is null and ${conditions}
    order by m.title ${asPeopleSort}, m.id limit $1`,
  conditions: {
    genre: `lower(m.genre) = ${inAnyCase('$1')}`,
    // In a subquery, so that the key is made once and not for every row.
    search: `position((select ${asTyped('search_key($1)')}) in ${asTyped('m.search_key')}) > 0`,
    date: `exists (${shows} and ${isOnDay})`,
    // In the statement's own clock, which the index can use.
    siteId: `exists (${shows} and t.site_id = $1 and s.start_time > statement_timestamp())`,
    dateAtSite: `exists (${shows} and t.site_id = $2 and ${isOnDay})`,
    idEndsWith: `m.id::text like '%' || $1`,
    after: `(m.title ${asPeopleSort}, m.id) > ($1::text, $2::uuid)`,
  },
});

/** Movies by title. @throws NotFoundError for a site that there is not */
export async function listMovies(ctx: ServiceContext, input: ListMovies): Promise<Page<Movie>> {
  const { genre, search, date, siteId, idEndsWith } = input;
  const after = readTextCursor(input.cursor);
  await assertSite(ctx, siteId);
  const bound = movies.where([input.limit + 1], {
    genre: given(genre),
    search: given(search),
    date: siteId === undefined ? given(date) : undefined,
    siteId: date === undefined ? given(siteId) : undefined,
    dateAtSite: date === undefined || siteId === undefined ? undefined : [date, siteId],
    idEndsWith: given(idEndsWith),
    after,
  });
  return toPage(await ctx.app.replicas.list(ctx, ...bound), input.limit, {
    keyOf: ({ title, id }) => [title, id],
    toItem: (row) => withPosterUrl(ctx, row),
  });
}

const movieById = statement(
  `select ${movieColumns} from movies m where m.id = $1 and m.archived_at is null`,
  movieRow,
);

/** One movie. @throws NotFoundError */
export async function getMovie(ctx: ServiceContext, movieId: string): Promise<Movie> {
  const [movie] = await query(ctx, movieById, [movieId]);
  if (!movie) {
    throw noSuch('movie');
  }
  return withPosterUrl(ctx, movie);
}

const genres = statement(
  `select min(genre) as genre, count(*)::int as movies from movies
   where archived_at is null group by ${withoutCase('genre')} order by ${withoutCase('genre')} ${asPeopleSort}`,
  { genre: 'text', movies: 'int' },
);

/** Every genre with the number of its movies; spellings that differ in case are one. */
export async function listGenres(ctx: ServiceContext): Promise<Genres> {
  return ctx.app.replicas.list(ctx, genres);
}

/** Adds a movie to the catalogue. */
export async function createMovie(ctx: ServiceContext, input: CreateMovie): Promise<Movie> {
  return inTransaction(ctx, async (tx) => {
    const { title, genre, durationMinutes, ...optional } = input;
    const movie = tx.em.create(MovieEntity, {
      title,
      genre,
      durationMinutes,
      ...defined(optional),
    });
    await tx.em.flush();
    return toMovie(tx, movie);
  });
}

/** Changes a movie; a new length applies to showtimes that are created or moved afterwards. */
export async function updateMovie(ctx: ServiceContext, input: UpdateMovie): Promise<Movie> {
  const { movieId, revision, ...changes } = input;
  return inTransaction(ctx, async (tx) => {
    const movie = await getMovieForUpdate(tx, movieId);
    assertRevision(movie.revision, revision);
    return saveMovie(tx, movie, defined(changes));
  });
}

/** Gives a movie its poster, and returns what its row named before. */
export async function setPoster(ctx: ServiceContext, input: SetPoster): Promise<PosterSet> {
  return inTransaction(ctx, async (tx) => {
    const movie = await getMovieForUpdate(tx, input.movieId);
    const replacedUrl = movie.posterUrl ?? null;
    return { movie: await saveMovie(tx, movie, { posterUrl: input.posterUrl }), replacedUrl };
  });
}

const posterUrls = statement(
  `select coalesce(poster_url, '') as url from movies where poster_url is not null`,
  { url: 'text' },
);

/** Every poster that a movie needs, archived movies included. */
export async function listPosterUrls(db: Database): Promise<string[]> {
  return (await query(db, posterUrls)).map(({ url }) => url);
}

const posterNamed = statement('select exists (select from movies where poster_url = $1) as named', {
  named: 'bool',
});

/** Whether a movie needs the poster, archived movies included. @param url as rows have it */
export async function isPosterNamed(db: Database, url: string): Promise<boolean> {
  return (await queryOne(db, posterNamed, [url])).named;
}

/** The movie's row, FOR UPDATE: edits of it and new showtimes with it wait. @throws NotFoundError */
export async function getMovieForUpdate({ em }: ServiceContext, id: string): Promise<MovieEntity> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
  const movie = await em.findOne(MovieEntity, { id, archivedAt: null }, lock);
  if (!movie) {
    throw noSuch('movie');
  }
  return movie;
}

async function saveMovie(
  tx: ServiceContext,
  movie: MovieEntity,
  changes: Partial<MovieEntity>,
): Promise<Movie> {
  tx.em.assign(movie, changes);
  tx.em.assign(movie, { revision: movie.revision + 1, updatedAt: await databaseNow(tx) });
  await tx.em.flush();
  const subject = `${movie.id}:${movie.revision}`;
  await noteFacts(tx, [{ kind: 'movie.updated', subject, payload: { movieId: movie.id } }]);
  return toMovie(tx, movie);
}

/** A movie as its columns have it, with the address of its poster. */
export function withPosterUrl(ctx: ServiceContext, movie: RowOf<typeof movieRow>): Movie {
  return { ...movie, posterUrl: posterUrlOf(ctx, movie.posterUrl) };
}

function toMovie(ctx: ServiceContext, movie: MovieEntity): Movie {
  return {
    id: movie.id,
    title: movie.title,
    description: movie.description ?? null,
    posterUrl: posterUrlOf(ctx, movie.posterUrl),
    genre: movie.genre,
    durationMinutes: movie.durationMinutes,
    releaseDate: movie.releaseDate ?? null,
    contentRating: movie.contentRating ?? null,
    minimumAge: movie.minimumAge ?? null,
    ageRule: movie.ageRule,
    revision: movie.revision,
    createdAt: movie.createdAt,
    updatedAt: movie.updatedAt,
  };
}
