import { LockMode } from '@mikro-orm/core';
import { Movie as MovieEntity, Showtime } from '../db/entities/index.ts';
import { databaseNow, inTransaction, query } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { NotFoundError } from '../errors.ts';
import { readCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import { assertRevision, defined } from '../patch.ts';
import type { Deleted } from '../schema.ts';
import { assertNotInUse, removeShowtimes } from '../showtimes/remove.ts';
import type { ServiceContext } from '../trpc.ts';
import type {
  CreateMovie,
  Genres,
  ListMovies,
  Movie,
  PosterSet,
  SetPoster,
  UpdateMovie,
} from './schema.ts';

interface MovieRow {
  id: string;
  title: string;
  description: string | null;
  poster_url: string | null;
  genre: string;
  duration_minutes: number;
  release_date: string | null;
  content_rating: string | null;
  revision: number;
  created_at: Date;
  updated_at: Date;
  sort_key: string;
}

/** Movies by title. */
export async function listMovies(ctx: ServiceContext, input: ListMovies): Promise<Page<Movie>> {
  const after = readCursor(input.cursor, 'text');
  const conditions = ['m.archived_at is null'];
  const values: unknown[] = [input.limit + 1];
  const add = (condition: (parameter: string) => string, value: unknown) => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  if (input.genre !== undefined) {
    add((p) => `lower(m.genre) = lower(${p})`, input.genre);
  }
  if (input.search !== undefined) {
    add((p) => `position(lower(${p}) in lower(m.title)) > 0`, input.search);
  }
  if (input.date !== undefined) {
    add(showingOn, input.date);
  }
  if (after) {
    values.push(...after);
    const [title, id] = [`$${values.length - 1}`, `$${values.length}`];
    conditions.push(`(lower(m.title), m.id) > (${title}::text, ${id}::uuid)`);
  }
  const rows = await ctx.app.replicas.query<MovieRow>(
    ctx,
    `select m.*, lower(m.title) as sort_key from movies m
     where ${conditions.join(' and ')}
     order by lower(m.title), m.id limit $1`,
    values,
  );
  const keyOf = (row: MovieRow) => [row.sort_key, row.id] as const;
  return toPage(rows, input.limit, { keyOf, toItem: fromRow });
}

/** One movie. @throws NotFoundError */
export async function getMovie(ctx: ServiceContext, movieId: string): Promise<Movie> {
  const found = 'select * from movies where id = $1 and archived_at is null';
  const [row] = await query<MovieRow>(ctx, found, [movieId]);
  if (!row) {
    throw new NotFoundError();
  }
  return fromRow(row);
}

/** Every genre with the number of its movies; spellings that differ in case are one. */
export async function listGenres(ctx: ServiceContext): Promise<Genres> {
  return ctx.app.replicas.query(
    ctx,
    `select min(genre) as genre, count(*)::int as movies from movies
     where archived_at is null group by lower(genre) order by lower(genre)`,
  );
}

/** Adds a movie to the catalogue. */
export async function createMovie(ctx: ServiceContext, input: CreateMovie): Promise<Movie> {
  return inTransaction(ctx, async (tx) => {
    const movie = tx.em.create(MovieEntity, { ...defined(input) } as CreateMovie);
    await tx.em.flush();
    return toMovie(movie);
  });
}

/** Changes a movie; a new length holds for showtimes that are created or moved afterwards. */
export async function updateMovie(ctx: ServiceContext, input: UpdateMovie): Promise<Movie> {
  const { movieId, revision, ...changes } = input;
  return inTransaction(ctx, async (tx) => {
    const movie = await getMovieForUpdate(tx, movieId);
    assertRevision(movie.revision, revision);
    return saveMovie(tx, movie, defined(changes));
  });
}

/** Gives a movie its poster, and tells which file it had before. */
export async function setPoster(ctx: ServiceContext, input: SetPoster): Promise<PosterSet> {
  return inTransaction(ctx, async (tx) => {
    const movie = await getMovieForUpdate(tx, input.movieId);
    const replacedUrl = movie.posterUrl ?? null;
    return { movie: await saveMovie(tx, movie, { posterUrl: input.posterUrl }), replacedUrl };
  });
}

/** Every poster that a movie needs, archived ones included. */
export async function listPosterUrls(db: Database): Promise<string[]> {
  const statement = 'select poster_url as url from movies where poster_url is not null';
  return (await query<{ url: string }>(db, statement)).map(({ url }) => url);
}

/**
 * Takes a movie out of the catalogue, with the showtimes in which nothing is locked or booked.
 * Erased only if no reservation ever named it, otherwise archived.
 *
 * @throws ConflictError `IN_USE` while a seat of an upcoming showtime is locked or booked
 */
export async function deleteMovie(ctx: ServiceContext, movieId: string): Promise<Deleted> {
  return inTransaction(ctx, async (tx) => {
    const movie = await getMovieForUpdate(tx, movieId);
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } } as const;
    const showtimes = await tx.em.find(Showtime, { movie: movieId, archivedAt: null }, lock);
    const now = await databaseNow(tx);
    const ids = showtimes.map((showtime) => showtime.id);
    await assertNotInUse(
      tx,
      showtimes.filter((each) => each.startTime > now).map(({ id }) => id),
    );
    await removeShowtimes(tx, ids);
    const remains = await query(tx, 'select 1 from showtimes where movie_id = $1 limit 1', [
      movieId,
    ]);
    if (remains.length > 0) {
      tx.em.assign(movie, { archivedAt: now, updatedAt: now });
    } else {
      tx.em.remove(movie);
    }
    await tx.em.flush();
    return { id: movieId, archived: remains.length > 0 };
  });
}

async function saveMovie(
  tx: ServiceContext,
  movie: MovieEntity,
  changes: Partial<MovieEntity>,
): Promise<Movie> {
  tx.em.assign(movie, changes);
  tx.em.assign(movie, { revision: movie.revision + 1, updatedAt: await databaseNow(tx) });
  await tx.em.flush();
  return toMovie(movie);
}

async function getMovieForUpdate({ em }: ServiceContext, id: string): Promise<MovieEntity> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
  const movie = await em.findOne(MovieEntity, { id, archivedAt: null }, lock);
  if (!movie) {
    throw new NotFoundError();
  }
  return movie;
}

/** Has a showtime that starts on that local day; the bounds in UTC let the index do its work. */
function showingOn(parameter: string): string {
  return `exists (
    select from showtimes s join theaters t on t.id = s.theater_id
    where s.movie_id = m.id and s.archived_at is null and s.cancelled_at is null
      and s.start_time >= ${parameter}::date - interval '1 day'
      and s.start_time < ${parameter}::date + interval '2 days'
      and (s.start_time at time zone t.timezone)::date = ${parameter}::date)`;
}

function fromRow(row: MovieRow): Movie {
  return {
    id: row.id,
    title: row.title,
    description: row.description,
    posterUrl: row.poster_url,
    genre: row.genre,
    durationMinutes: row.duration_minutes,
    releaseDate: row.release_date,
    contentRating: row.content_rating,
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toMovie(movie: MovieEntity): Movie {
  return {
    id: movie.id,
    title: movie.title,
    description: movie.description ?? null,
    posterUrl: movie.posterUrl ?? null,
    genre: movie.genre,
    durationMinutes: movie.durationMinutes,
    releaseDate: movie.releaseDate ?? null,
    contentRating: movie.contentRating ?? null,
    revision: movie.revision,
    createdAt: movie.createdAt,
    updatedAt: movie.updatedAt,
  };
}
