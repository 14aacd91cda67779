/*
 * Generated from the router's schemas by `npm run openapi`. Do not edit.
 */

/** Path → kind. Nothing in a path says it, and a procedure called as the wrong kind is refused. */
export const procedures = {
  auth: {
    register: 'mutation',
    login: 'mutation',
    guest: 'mutation',
    link: 'mutation',
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
    blockSeats: 'mutation',
    unblockSeats: 'mutation',
    onSeatsChanged: 'subscription',
  },
  reservations: {
    create: 'mutation',
    list: 'list',
    listLocks: 'query',
    get: 'query',
    cancel: 'mutation',
    previewCancel: 'query',
    quote: 'query',
  },
  payments: {
    start: 'mutation',
    get: 'query',
    sync: 'mutation',
  },
  desk: {
    sell: 'mutation',
    reseat: 'mutation',
    exchange: 'mutation',
    payOut: 'mutation',
    shift: 'query',
    openShift: 'mutation',
    closeShift: 'mutation',
  },
  sites: {
    list: 'list',
    get: 'query',
    create: 'mutation',
    update: 'mutation',
    delete: 'mutation',
  },
  ticketTypes: {
    list: 'list',
    create: 'mutation',
    update: 'mutation',
    delete: 'mutation',
  },
  priceLists: {
    list: 'list',
    get: 'query',
    create: 'mutation',
    update: 'mutation',
    delete: 'mutation',
  },
  admin: {
    reports: {
      capacity: 'query',
      revenue: 'query',
      popularMovies: 'query',
      payments: 'query',
      occupancy: 'query',
    },
    users: {
      list: 'list',
      promote: 'mutation',
      demote: 'mutation',
      disable: 'mutation',
      enable: 'mutation',
    },
    staff: {
      list: 'query',
      grant: 'mutation',
      revoke: 'mutation',
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
    payments: {
      list: 'list',
      refund: 'mutation',
    },
    incidents: {
      list: 'list',
      resolve: 'mutation',
    },
    status: 'query',
  },
} as const;
