import type { Procedures } from '@matinee/api';
import type { CallOptions, MutationOptions } from './call.ts';
import type { WatchSeats } from './live.ts';
import type { Items } from './paging.ts';
import type { UploadPoster } from './poster.ts';
import type { InputOf, KindOf, OutputOf, Page, Procedure } from './procedures.ts';
import type {
  CancelledShowtime,
  CapacityReport,
  Deleted,
  Genre,
  HeldLocks,
  Movie,
  OccupancyReport,
  PopularMoviesReport,
  Reservation,
  ReservationWithUser,
  RevenueReport,
  SeatLock,
  SeatMap,
  Showtime,
  SignedIn,
  Status,
  Theater,
  TheaterWithSeats,
  UnlockedSeats,
  User,
} from './shapes.ts';

/** Of an input that is none, or of which every key may be left out, nothing need be given. */
type Arguments<Input, Options> = [Input] extends [void]
  ? [input?: undefined, options?: Options]
  : object extends Input
    ? [input?: Input, options?: Options]
    : undefined extends Input
      ? [input?: Input, options?: Options]
      : [input: Input, options?: Options];

/** A list: a function for one page, and beside it all pages. */
export interface List<Input, Answer extends Page<unknown>> {
  (...args: Arguments<Input, CallOptions>): Promise<Answer>;
  /**
   * All items, page after page, in a `for await` or as an array. `limit` is the size of a page; the
   * largest if left out.
   *
   * @example
   * ```ts
   * for await (const movie of matinee.movies.list.all({ genre: 'Drama' })) {
   *   console.log(movie.title);
   * }
   * const first50 = await matinee.movies.list.all().toArray({ limit: 50 });
   * console.log(first50.length);
   * ```
   */
  all(...args: Arguments<Omit<Input, 'cursor'>, CallOptions>): Items<Answer['items'][number]>;
}

interface CallsOf<Input, Output> {
  query: (...args: Arguments<Input, CallOptions>) => Promise<Output>;
  mutation: (...args: Arguments<Input, MutationOptions>) => Promise<Output>;
  list: Output extends Page<unknown> ? List<Input, Output> : never;
  subscription: WatchSeats;
}

type Kind = keyof CallsOf<unknown, unknown>;
type CallOf<P extends Procedure> =
  KindOf<P> extends Kind ? CallsOf<InputOf<P>, Named<OutputOf<P>>>[KindOf<P>] : never;

/** Procedures as functions. Homomorphic, so that their doc comments come along. */
export type ClientOf<Record> = {
  readonly [Key in keyof Record]: Record[Key] extends Procedure
    ? CallOf<Record[Key]>
    : ClientOf<Record[Key]>;
};

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

/** The whole API: every procedure a function under its own name. */
export type Matinee = ClientOf<Procedures> & { readonly movies: Uploads };

type Names = [
  User,
  SignedIn,
  Movie,
  Theater,
  TheaterWithSeats,
  Showtime,
  CancelledShowtime,
  SeatMap,
  SeatLock,
  UnlockedSeats,
  Reservation,
  ReservationWithUser,
  CapacityReport,
  RevenueReport,
  PopularMoviesReport,
  OccupancyReport,
  Status,
  Deleted,
];

/** An answer by its name, where it has one. */
type Named<Output> =
  Output extends Page<infer Item>
    ? Page<NamedIn<Item, Names>>
    : Output extends Genre[]
      ? Genre[]
      : Output extends HeldLocks[]
        ? HeldLocks[]
        : NamedIn<Output, Names>;

type NamedIn<Value, Candidates> = Candidates extends [infer First, ...infer Others]
  ? [Value, First] extends [First, Value]
    ? First
    : NamedIn<Value, Others>
  : Value;
