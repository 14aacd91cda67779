import { openAsBlob } from 'node:fs';
import type { Inputs, Movie } from '@matinee/sdk';
import type { Command } from 'commander';
import { atLeastOne } from '../arguments.ts';
import { addGroup, asJson, asList, examples, given, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { addFields } from '../input.ts';
import type { Field, InputOptions } from '../input.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { findId } from '../named/find-id.ts';
import { siteOf } from '../named/site-option.ts';
import type { SiteOption } from '../named/site-option.ts';
import {
  foundMovieLayout,
  movieLayout,
  recommendedMovieLayout,
  showMovie,
} from '../output/movie.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { creates, deletes, updates } from './editing.ts';
import type { Editable } from './editing.ts';
import { addImport } from './import.ts';

const fields: readonly Field[] = [
  { key: 'title', value: 'text', description: 'title, up to 255 characters', required: true },
  { key: 'description', value: 'text', description: 'summary of the plot', clearable: true },
  { key: 'genre', value: 'text', description: 'one genre, such as Drama', required: true },
  {
    key: 'durationMinutes',
    value: 'whole number',
    description: 'running time in minutes',
    required: true,
  },
  { key: 'releaseDate', value: 'text', description: 'release date (YYYY-MM-DD)', clearable: true },
  { key: 'contentRating', value: 'text', description: 'rating, such as PG-13', clearable: true },
  {
    key: 'minimumAge',
    value: 'whole number',
    description: 'age from which it may be seen',
    clearable: true,
  },
  {
    key: 'ageRule',
    value: 'text',
    description: 'for younger people: advisory, accompanied or restricted',
  },
];

const movieKind: Editable<Movie> = {
  name: 'Movie',
  thing: 'movie',
  fields,
  show: showMovie,
  describe: ({ title }) => `"${title}" and its showtimes without reservations`,
  get: (matinee, movieId) => matinee.movies.get({ movieId }),
  create: (matinee, input) => matinee.movies.create(input as unknown as Inputs['movies']['create']),
  update: (matinee, movieId, input) => matinee.movies.update({ ...input, movieId }),
  remove: (matinee, movieId) => matinee.movies.delete({ movieId }),
};

const aMovie = ['<movie>', 'title, id, or the end of the id'] as const;

interface ListMoviesOptions extends ListOptions, SiteOption {
  genre?: string;
  search?: string;
  date?: string;
}

export function addMovies(program: Command, terminal: Terminal): void {
  const movies = addGroup(program, 'movies', 'movies and their posters');

  const list = asList(movies.command('list').description('list movies by title'))
    .option('--genre <genre>', 'only movies of this genre')
    .option('--search <text>', 'only titles that contain this text')
    .option('--date <date>', 'only movies that show on this business day (YYYY-MM-DD)')
    .option('--site <site>', 'only movies with a show ahead at this cinema: name or id');
  examples(list, ['matinee movies list --genre Drama', 'matinee movies list --csv > movies.csv']);
  runs<ListMoviesOptions>(list, terminal, listMovies);

  const search = asJson(movies.command('search'))
    .description('search movies, with typing errors, in any script')
    .argument('<words...>', 'words of the title or of the description')
    .option('--from <date>', 'only movies with a show ahead from this business day on')
    .option('--to <date>', 'only movies with a show ahead until this business day')
    .option('--site <site>', 'only movies with a show ahead at this cinema: name or id')
    .option('--limit <number>', 'print at most this many; default: 20', atLeastOne);
  examples(search, [
    'matinee movies search godfahter',
    'matinee movies search the lesson --limit 3',
  ]);
  runs<SearchOptions>(search, terminal, searchMovies);

  const recommended = asJson(movies.command('recommended'))
    .description('movies that you may like, with the reason')
    .option('--site <site>', 'only movies with a show ahead at this cinema: name or id')
    .option('--limit <number>', 'print at most this many; default: 10', atLeastOne);
  examples(recommended, ['matinee movies recommended']);
  runs<SearchOptions>(recommended, terminal, recommendMovies);

  const get = movies
    .command('get')
    .description('show a movie')
    .argument(...aMovie);
  examples(asJson(get), ['matinee movies get ID']);
  runs<Format>(get, terminal, getMovie);

  const create = addFields(movies.command('create'), fields, 'create');
  asJson(create.description('create a movie; at a terminal, asks for missing values'));
  examples(create, [
    'matinee movies create --title Heat --genre Crime --duration-minutes 170',
    'matinee movies create --data @heat.json',
  ]);
  runs<InputOptions & Format>(create, terminal, creates(movieKind));

  const update = addFields(movies.command('update').argument(...aMovie), fields, 'update');
  asJson(update.description('update the given fields of a movie'));
  examples(update, ['matinee movies update ID --genre Thriller --clear content-rating']);
  runs<InputOptions & Format>(update, terminal, updates(movieKind));

  const remove = movies
    .command('delete')
    .description('delete a movie')
    .argument(...aMovie);
  examples(asJson(remove), ['matinee movies delete ID']);
  runs<Format>(remove, terminal, deletes(movieKind));

  const poster = movies
    .command('poster')
    .argument(...aMovie)
    .argument('<file>');
  asJson(poster.description('upload a poster (JPEG, PNG or WebP)'));
  examples(poster, ['matinee movies poster ID heat.jpg']);
  runs<Format>(poster, terminal, setPoster);

  addImport(movies, terminal);
}

async function listMovies(session: Session, options: ListMoviesOptions): Promise<void> {
  const matinee = await session.matinee();
  const named = given(options, ['genre', 'search', 'date']);
  const input = { ...named, ...(await siteOf(session, options)) };
  const items = await matinee.movies.list.all(input).toArray({ limit: options.limit });
  printList(session, options, { items, layout: movieLayout });
}

interface SearchOptions extends Format, SiteOption {
  from?: string;
  to?: string;
  limit?: number;
}

async function searchMovies(
  session: Session,
  options: SearchOptions,
  words: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const filters = {
    ...given(options, ['from', 'to', 'limit']),
    ...(await siteOf(session, options)),
  };
  const items = await matinee.movies.search({ q: words.join(' '), ...filters });
  printList(session, options, { items, layout: foundMovieLayout });
}

async function recommendMovies(session: Session, options: SearchOptions): Promise<void> {
  const matinee = await session.matinee();
  const filters = { ...given(options, ['limit']), ...(await siteOf(session, options)) };
  const items = await matinee.movies.recommended(filters);
  printList(session, options, { items, layout: recommendedMovieLayout });
}

async function getMovie(session: Session, options: Format, [typed = '']: string[]): Promise<void> {
  const matinee = await session.matinee();
  const movieId = await findId(session, 'movie', typed);
  const movie = await matinee.movies.get({ movieId });
  session.print(options, movie, () => showMovie(movie, session.paint));
}

async function setPoster(
  session: Session,
  options: Format,
  [typed = '', path = '']: string[],
): Promise<void> {
  const file = await openImage(path);
  const matinee = await session.matinee();
  const movieId = await findId(session, 'movie', typed);
  const movie = await matinee.movies.uploadPoster({ movieId, file });
  session.print(options, movie, () => showMovie(movie, session.paint));
  session.talk('Poster uploaded.');
}

async function openImage(path: string): Promise<Blob> {
  try {
    return await openAsBlob(path, { type: imageType(path) });
  } catch {
    throw usageError(`Cannot read "${path}".`, 'Name a JPEG, PNG or WebP file.');
  }
}

/** The type by the file's extension. The server checks the content. */
function imageType(path: string): string {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const types: Record<string, string> = { png: 'image/png', webp: 'image/webp' };
  return types[ending] ?? 'image/jpeg';
}
