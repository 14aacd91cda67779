import { procedures } from '@matinee/sdk';
import type {
  CallOptions,
  CapacityReport,
  Inputs,
  Matinee,
  MutationOptions,
  OccupancyReport,
  Outputs,
  Page,
  RevenueReport,
} from '@matinee/sdk';

/*
 * What TanStack Query takes, and its relatives. Nothing of it is imported. `retry` is off: the client
 * repeats what can be repeated.
 */

export interface QueryOptions<Data> {
  queryKey: readonly unknown[];
  queryFn: (context: { signal: AbortSignal }) => Promise<Data>;
  retry: false;
}

export interface InfiniteQueryOptions<Answer> {
  queryKey: readonly unknown[];
  queryFn: (context: { pageParam: string | null; signal: AbortSignal }) => Promise<Answer>;
  initialPageParam: string | null;
  getNextPageParam: (page: Answer) => string | null;
  retry: false;
}

export interface MutationOptionsOf<Input, Data> {
  mutationKey: readonly unknown[];
  mutationFn: (input: Input) => Promise<Data>;
  retry: false;
}

type Optional<Input> = object extends NonNullable<Input> ? [input?: Input] : [input: Input];

/** Options and keys of a query. */
export interface QueryOf<Input, Data> {
  queryOptions: <const Given extends Input>(
    ...input: Optional<Given>
  ) => QueryOptions<Narrowed<Data, Given>>;
  /** The key of the query with this input; without one, what the keys of all inputs begin with. */
  queryKey: (input?: Input) => readonly unknown[];
}

/** Options and keys of a list. */
export interface ListOf<Input, Answer> extends QueryOf<Input, Answer> {
  /** Page after page. `limit` is the size of a page. */
  infiniteQueryOptions: (...input: Optional<Omit<Input, 'cursor'>>) => InfiniteQueryOptions<Answer>;
}

/** Options of a mutation. */
export interface MutationOf<Input, Data> {
  mutationOptions: (options?: MutationOptions) => MutationOptionsOf<Input, Data>;
  mutationKey: () => readonly unknown[];
}

/** The rows of a report follow `groupBy`. */
type Narrowed<Data, Given> = Given extends { groupBy: infer By }
  ? Data extends RevenueReport
    ? By extends RevenueReport['groupBy']
      ? RevenueReport<By>
      : Data
    : Data extends CapacityReport
      ? By extends CapacityReport['groupBy']
        ? CapacityReport<By>
        : Data
      : Data extends OccupancyReport
        ? By extends OccupancyReport['groupBy']
          ? OccupancyReport<By>
          : Data
        : Data
  : Data;

type QueriesOf<Kinds, Takes, Answers> = {
  readonly [
    Key in keyof Kinds & keyof Takes & keyof Answers as Kinds[Key] extends 'subscription'
      ? never
      : Key
  ]: Kinds[Key] extends 'query'
    ? QueryOf<Takes[Key], Answers[Key]>
    : Kinds[Key] extends 'list'
      ? ListOf<Takes[Key], Answers[Key]>
      : Kinds[Key] extends 'mutation'
        ? MutationOf<Takes[Key], Answers[Key]>
        : QueriesOf<Kinds[Key], Takes[Key], Answers[Key]> & {
            /** What the keys of everything in this namespace begin with: to invalidate them. */
            pathKey: () => readonly unknown[];
          };
};

/** Options and keys for every procedure. */
export type MatineeQueries = QueriesOf<typeof procedures, Inputs, Outputs> & {
  /** What every key begins with. */
  pathKey: () => readonly unknown[];
};

/**
 * Options and keys for TanStack Query, for every query, list and mutation. It can be called on a
 * server as well.
 *
 * @example
 * ```ts
 * import { matineeQueries } from '@matinee/sdk/react';
 *
 * const queries = matineeQueries(matinee);
 * const { queryKey, queryFn } = queries.movies.list.queryOptions({ genre: 'Drama' });
 * const { items } = await queryFn({ signal: new AbortController().signal });
 * console.log(queryKey, items.length);
 * ```
 */
export function matineeQueries(matinee: Matinee): MatineeQueries {
  return build(procedures, matinee as unknown as Calls, ['matinee']) as MatineeQueries;
}

interface KindTree {
  readonly [name: string]: string | KindTree;
}

type Call = (input: unknown, options?: CallOptions) => Promise<unknown>;
interface Calls {
  readonly [name: string]: Call & Calls;
}

function build(kinds: KindTree, calls: Calls, path: readonly string[]): object {
  const entries = Object.entries(kinds).flatMap(([name, kind]) => {
    const call = calls[name];
    if (!call || kind === 'subscription') {
      return [];
    }
    const below = [...path, name];
    const made =
      typeof kind === 'string' ? buildOptions(kind, call, below) : build(kind, call, below);
    return [[name, made] as const];
  });
  return { ...Object.fromEntries(entries), pathKey: () => path };
}

function buildOptions(kind: string, call: Call, path: readonly string[]): object {
  if (kind === 'mutation') {
    return {
      mutationKey: () => path,
      mutationOptions: (options?: MutationOptions) => ({
        mutationKey: path,
        mutationFn: (input: unknown) => call(input, options),
        retry: false,
      }),
    };
  }
  const queryKey = (input?: object) => (input === undefined ? path : [...path, input]);
  const queryOptions = (input: object = {}) => ({
    queryKey: queryKey(input),
    queryFn: ({ signal }: { signal: AbortSignal }) => call(input, { signal }),
    retry: false,
  });
  const infiniteQueryOptions = (input: object = {}) => ({
    queryKey: [...path, 'pages', input],
    queryFn: ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) =>
      call(pageParam === null ? input : { ...input, cursor: pageParam }, { signal }),
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }: Page<unknown>) => nextCursor,
    retry: false,
  });
  return kind === 'list'
    ? { queryKey, queryOptions, infiniteQueryOptions }
    : { queryKey, queryOptions };
}
