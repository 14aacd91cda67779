import type { MutationOptions } from './call.ts';
import { performRest } from './rest.ts';
import type { Settings } from './settings.ts';
import type { Movie } from './types.ts';

/** What `movies.uploadPoster` takes. */
export interface UploadPosterInput {
  movieId: string;
  /** JPEG, PNG or WebP: a `File` of an `<input type="file">`, or any `Blob`. */
  file: Blob;
}

export type UploadPoster = (input: UploadPosterInput, options?: MutationOptions) => Promise<Movie>;

/** What goes over REST, because it is a file. */
export interface Uploads {
  /**
   * Sets the poster of a movie: JPEG, PNG or WebP.
   *
   * @example
   * ```ts
   * const file = await fetch('https://example.com/poster.webp').then((found) => found.blob());
   * const { posterUrl } = await matinee.movies.uploadPoster({ movieId: '01a2…', file });
   * console.log(posterUrl);
   * ```
   */
  readonly uploadPoster: UploadPoster;
}

/** The keys of a value that hold dates. REST writes them as text. */
type DateKey<Value> = {
  [Key in keyof Value]: Value[Key] extends Date ? Key : never;
}[keyof Value];

const dateKeys = ['createdAt', 'updatedAt'] as const satisfies readonly DateKey<Movie>[];

/** Sends the poster of a movie: files go over REST. */
export async function uploadPoster(
  settings: Settings,
  { movieId, file }: UploadPosterInput,
  options: MutationOptions = {},
): Promise<Movie> {
  const body = new FormData();
  body.append('file', file);
  const written = await performRest(
    settings,
    {
      method: 'POST',
      path: `/movies/${encodeURIComponent(movieId)}/poster`,
      body,
      name: 'movies.uploadPoster',
    },
    options,
  );
  const movie = written as Movie;
  const dates = dateKeys.map((name) => [name, new Date(movie[name])]);
  return { ...movie, ...Object.fromEntries(dates) } as Movie;
}
