import type { Procedures as RouterProcedures, AppRouter as ServerRouter } from '@matinee/api';
import type { AppRouter, DetailsByCode, Inputs, Outputs, Procedures, Refusals } from '@matinee/sdk';
import type { inferRouterError, inferRouterInputs, inferRouterOutputs } from '@trpc/server';

/*
 * Compiled, never run: the types that are generated for the SDK are those of the router. A line
 * below a `@ts-expect-error` is wrong: if a comparison were always true, the compiler would say that
 * the error is missing.
 */

/** A procedure as the router's type shows it. */
interface Procedure {
  readonly _def: {
    readonly type: string;
    readonly $types: { input: unknown; output: unknown };
  };
}

/* oxlint-disable typescript/no-unnecessary-type-parameters -- what makes the comparison exact */
type Exact<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/* oxlint-enable */
type Mutual<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
/** Reports and events have intersections, which are never identical to what they amount to. */
type SameAnswer<A, B> = [A] extends [{ groupBy: unknown } | { type: string; data: unknown }]
  ? Mutual<A, B>
  : Exact<A, B>;

type Types<P extends Procedure> = P['_def']['$types'];

/** The paths of the procedures whose types differ between the router and the SDK. */
type Differences<Theirs, Ours, Path extends string = ''> = {
  [Key in (keyof Theirs | keyof Ours) & string]: Key extends keyof Theirs & keyof Ours
    ? Theirs[Key] extends Procedure
      ? Ours[Key] extends Procedure
        ? [
            Exact<Types<Theirs[Key]>['input'], Types<Ours[Key]>['input']>,
            SameAnswer<Types<Theirs[Key]>['output'], Types<Ours[Key]>['output']>,
            Exact<Theirs[Key]['_def']['type'], Ours[Key]['_def']['type']>,
          ] extends [true, true, true]
          ? never
          : `${Path}${Key}`
        : `${Path}${Key}`
      : Differences<Theirs[Key], Ours[Key], `${Path}${Key}.`>
    : `${Path}${Key}`;
}[(keyof Theirs | keyof Ours) & string];

/** Nothing is assignable to this but a list of differences that is empty. */
type None<Paths extends never> = Paths;

export type NoDifference = None<Differences<RouterProcedures, Procedures>>;

type Router = inferRouterInputs<ServerRouter>;
export type SameInputs = None<
  Mutual<inferRouterInputs<AppRouter>, Router> extends true ? never : 'inputs'
>;
export type SameOutputs = None<
  Mutual<inferRouterOutputs<AppRouter>, inferRouterOutputs<ServerRouter>> extends true
    ? never
    : 'outputs'
>;

/**
 * The shape of failures stands in the generator as text: every failure of the server must fit it. It is
 * wider in one place, where a key that may be missing may also be undefined.
 */
type Fits<Failure> = [inferRouterError<ServerRouter>] extends [Failure] ? never : 'errors';
export type SameErrors = None<Fits<inferRouterError<AppRouter>>>;
// @ts-expect-error: a key that the server does not send
export type OtherErrors = None<Fits<inferRouterError<AppRouter> & { reason: string }>>;

type Changed<Part> = Omit<Procedures, 'movies'> & {
  movies: Omit<Procedures['movies'], 'get'> & Part;
};
type Get = Procedures['movies']['get'];
type With<Change> = { _def: Omit<Get['_def'], '$types'> & { $types: Change } };
type Own = Get['_def']['$types'];

// @ts-expect-error: a procedure is missing
export type Missing = None<Differences<RouterProcedures, Changed<object>>>;
// @ts-expect-error: a procedure too many
export type Extra = None<Differences<RouterProcedures, Changed<{ get: Get; find: Get }>>>;
export type Renamed = None<
  // @ts-expect-error: a key of the input has another name
  Differences<
    RouterProcedures,
    Changed<{ get: With<{ input: { id: string }; output: Own['output'] }> }>
  >
>;
export type Poorer = None<
  // @ts-expect-error: a key of the answer is missing
  Differences<
    RouterProcedures,
    Changed<{ get: With<{ input: Own['input']; output: Omit<Own['output'], 'title'> }> }>
  >
>;
export type Richer = None<
  // @ts-expect-error: an optional key too many
  Differences<
    RouterProcedures,
    Changed<{ get: With<{ input: { movieId: string; x?: string }; output: Own['output'] }> }>
  >
>;

export type Reads = [
  Inputs['showtimes']['create']['price'],
  Outputs['movies']['get']['title'],
  Refusals['showtimes']['lockSeats'] & 'SEATS_UNAVAILABLE',
  DetailsByCode['SEATS_UNAVAILABLE']['seats'],
];
