import type { Procedures } from '@matinee/api';

/** A procedure as the router's type shows it. */
export interface Procedure {
  readonly _def: { readonly type: string; readonly $types: { input: unknown; output: unknown } };
}

export type InputOf<P extends Procedure> = P['_def']['$types']['input'];
export type OutputOf<P extends Procedure> = P['_def']['$types']['output'];

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** What a procedure is: one of tRPC's kinds, or a query that answers page by page. */
export type KindOf<P extends Procedure> = P['_def']['type'] extends 'query'
  ? OutputOf<P> extends Page<unknown>
    ? 'list'
    : 'query'
  : P['_def']['type'];

export type Kinds<Record> = {
  readonly [Key in keyof Record]: Record[Key] extends Procedure
    ? KindOf<Record[Key]>
    : Kinds<Record[Key]>;
};

/**
 * Path → kind. Nothing in a path says it, and a procedure called as the wrong kind is refused: an
 * entry that is missing, wrong or too much does not compile.
 */
export const procedures = {
  auth: {
    register: 'mutation',
    login: 'mutation',
    me: 'query',
    updateMe: 'mutation',
    logout: 'mutation',
    changePassword: 'mutation',
  },
  movies: {
    list: 'list',
    genres: 'query',
    get: 'query',
    showtimes: 'list',
    create: 'mutation',
    update: 'mutation',
    delete: 'mutation',
  },
  theaters: {
    list: 'list',
    get: 'query',
    create: 'mutation',
    update: 'mutation',
    delete: 'mutation',
  },
  showtimes: {
    list: 'list',
    get: 'query',
    create: 'mutation',
    update: 'mutation',
    delete: 'mutation',
    cancel: 'mutation',
    seats: 'query',
    lockSeats: 'mutation',
    extendLock: 'mutation',
    unlockSeats: 'mutation',
    onSeatsChanged: 'subscription',
  },
  reservations: {
    create: 'mutation',
    list: 'list',
    listLocks: 'query',
    get: 'query',
    cancel: 'mutation',
  },
  admin: {
    reports: {
      capacity: 'query',
      revenue: 'query',
      popularMovies: 'query',
      occupancy: 'query',
    },
    users: {
      list: 'list',
      promote: 'mutation',
      demote: 'mutation',
      disable: 'mutation',
      enable: 'mutation',
    },
    reservations: { list: 'list' },
    outbox: { list: 'list', retry: 'mutation', drop: 'mutation' },
    audit: { list: 'list' },
    status: 'query',
  },
} as const satisfies Kinds<Procedures>;
