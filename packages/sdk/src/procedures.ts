/*
 * Generated from the router's schemas by `npm run openapi`. Do not edit.
 */

/** Path → kind. Nothing in a path says it, and a procedure called as the wrong kind is refused. */
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
    create: 'mutation',
    update: 'mutation',
    showtimes: 'list',
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
    reservations: {
      list: 'list',
    },
    outbox: {
      list: 'list',
      retry: 'mutation',
      drop: 'mutation',
    },
    audit: {
      list: 'list',
    },
    status: 'query',
  },
} as const;
