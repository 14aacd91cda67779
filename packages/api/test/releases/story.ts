/*
 * What a server writes and calls, once each: `npm run release-statements` runs it on the present
 * schema and keeps what came back, and later schemas have to give the same. A column that an entity
 * gets, and a statement that calls a database function, must be added here; the script says so.
 */

/** A row of an entity's table with all columns that MikroORM writes. */
interface Row {
  table: string;
  values: Readonly<Record<string, unknown>>;
}

/** A call of a database function. */
interface Call {
  what: string;
  /** A part of the statement that is in no other one. */
  statement: string;
  values: readonly unknown[];
}

const id = (number: number) => `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

const [movie, theater, showtime, fact] = [id(1), id(2), id(3), id(4)];
const seats = Array.from({ length: 12 }, (_, index) => id(0x100 + index));
const users = [id(0x201), id(0x202), id(0x203)];
const sessions = [id(0x301), id(0x302), id(0x303)];
const reservations = Array.from({ length: 6 }, (_, index) => id(0x400 + index));
const created = '2026-01-01T00:00:00Z';
const farAway = '2999-01-01T00:00:00Z';

const seatRows = seats.map((seat, index) => ({
  table: 'seats',
  values: {
    id: seat,
    theater_id: theater,
    row_label: 'A',
    seat_number: index + 1,
    row_index: 1,
    position: index + 1,
    seat_type: 'regular',
    out_of_order: false,
    archived_at: null,
    created_at: created,
  },
}));

const userRows = users.map((user, index) => ({
  table: 'users',
  values: {
    id: user,
    email: `customer${index}@example.com`,
    password_hash: 'none',
    first_name: 'First',
    last_name: null,
    role: 'user',
    disabled_at: null,
    created_at: created,
    updated_at: created,
  },
}));

const sessionRows = sessions.map((session, index) => ({
  table: 'sessions',
  values: { id: session, user_id: users[index], expires_at: farAway, created_at: created },
}));

export const rows: readonly Row[] = [
  {
    table: 'movies',
    values: {
      id: movie,
      title: 'Matinee',
      description: null,
      poster_url: null,
      genre: 'Drama',
      duration_minutes: 90,
      release_date: '2026-01-01',
      content_rating: 'PG',
      revision: 1,
      archived_at: null,
      created_at: created,
      updated_at: created,
    },
  },
  {
    table: 'theaters',
    values: {
      id: theater,
      name: 'Hall',
      timezone: 'UTC',
      turnaround_minutes: 15,
      total_seats: seats.length,
      revision: 1,
      archived_at: null,
      created_at: created,
    },
  },
  ...seatRows,
  { table: 'past_layouts', values: { theater_id: theater, until: created, seats: '[]' } },
  {
    table: 'showtimes',
    values: {
      id: showtime,
      movie_id: movie,
      theater_id: theater,
      start_time: farAway,
      local_start: '2999-01-01T00:00:00',
      end_time: '2999-01-01T02:00:00Z',
      blocked_until: '2999-01-01T02:15:00Z',
      price: '12.50',
      premium_price: '15.00',
      vip_price: null,
      currency: 'USD',
      total_seats: seats.length,
      cancelled_at: null,
      cancel_reason: null,
      archived_at: null,
      revision: 1,
      created_at: created,
    },
  },
  ...userRows,
  ...sessionRows,
  { table: 'zone_data', values: { version: '1900a', created_at: created } },
  { table: 'sign_in_attempts', values: { id: id(5), key: 'hash of an account', at: created } },
  {
    table: 'idempotency_keys',
    values: {
      user_id: users[0],
      key: 'stored',
      procedure: 'reservations.create',
      fingerprint: 'f',
      answer: '{}',
      leased_until: null,
      created_at: farAway,
    },
  },
  {
    table: 'audit_events',
    values: {
      id: id(6),
      at: created,
      action: 'movies.create',
      actor_id: users[0],
      subject: movie,
      data: '{}',
      remote_address: '127.0.0.1',
      once_key: null,
    },
  },
  {
    table: 'reservations',
    values: {
      id: reservations[0],
      reference: 'AAAAAAAA',
      user_id: users[0],
      showtime_id: showtime,
      theater_id: theater,
      status: 'confirmed',
      total_price: '12.50',
      seat_count: 1,
      currency: 'USD',
      cancelled_at: null,
      created_at: created,
      updated_at: created,
    },
  },
  {
    table: 'reservation_events',
    values: {
      reservation_id: reservations[0],
      step: 'confirmed',
      actor_id: users[0],
      reason: null,
      created_at: created,
      showtime_id: showtime,
      theater_id: theater,
    },
  },
  {
    table: 'reservation_seats',
    values: {
      reservation_id: reservations[0],
      seat_id: seats[0],
      showtime_id: showtime,
      theater_id: theater,
      price: '12.50',
    },
  },
  {
    table: 'seat_claims',
    values: {
      showtime_id: showtime,
      seat_id: seats[0],
      theater_id: theater,
      user_id: users[0],
      client: null,
      price: '12.50',
      locked_at: created,
      expires_at: null,
      hard_cap_at: null,
      reservation_id: reservations[0],
    },
  },
  {
    table: 'outbox',
    values: {
      id: fact,
      kind: 'reservation.confirmed',
      key: `reservation.confirmed:${reservations[0]}`,
      payload: `{"reservationId":"${reservations[0]}"}`,
      created_at: created,
      expanded_at: created,
    },
  },
  {
    table: 'deliveries',
    values: {
      id: id(7),
      outbox_id: fact,
      consequence: 'mail',
      target: '',
      key: 'mail of the fact',
      available_at: created,
      attempts: 0,
      leased_until: null,
      leased_by: null,
      done_at: created,
      dead_at: null,
      last_error: null,
      created_at: created,
    },
  },
];

/** Customers of one batch, by their numbers, with the seats of each. */
interface Batch {
  of: number[];
  seats: number[][];
  keys: (string | null)[];
  sessions?: string[];
}

function common({ of, seats: wanted, sessions: given }: Batch) {
  return [
    given ?? of.map((number) => sessions[number]),
    of.map(() => farAway),
    of.map((number) => users[number]),
    of.map(() => showtime),
    wanted.map((numbers) => `{${numbers.map((number) => seats[number]).join()}}`),
  ];
}

const fingerprintsOf = ({ keys }: Batch) => keys.map((key) => (key === null ? null : 'f'));

function lock(what: string, batch: Batch): Call {
  const limits = [600, 1_800, 10, 30, 900, batch.of.map(() => null), 40, null];
  return {
    what,
    statement: 'lock_seats_together(',
    values: [...common(batch), batch.keys, fingerprintsOf(batch), ...limits],
  };
}

function confirm(
  what: string,
  batch: Batch & { reservations: number[]; references: string[] },
): Call {
  return {
    what,
    statement: 'confirm_seats_together(',
    values: [
      ...common(batch),
      batch.reservations.map((number) => reservations[number]),
      batch.references,
      50,
      batch.keys,
      fingerprintsOf(batch),
      null,
    ],
  };
}

const three = { of: [0, 1, 2], seats: [[5], [6], [7]] };

export const calls: readonly Call[] = [
  lock('locks two seats', { of: [0], seats: [[1, 2]], keys: ['lock'] }),
  lock('repeats the lock with its key', { of: [0], seats: [[1, 2]], keys: ['lock'] }),
  lock('locks a seat that is locked', { of: [1], seats: [[1]], keys: [null] }),
  lock('locks without a session', { of: [1], seats: [[3]], keys: [null], sessions: [id(9)] }),
  {
    what: 'extends the locks',
    statement: 'extend_lock(',
    values: [users[0], showtime, null, 900, 1_800, 'extend', 'f'],
  },
  {
    what: 'extends a lock that is not there',
    statement: 'extend_lock(',
    values: [users[2], showtime, [seats[1]], 900, 1_800, null, null],
  },
  confirm('buys the two seats', {
    of: [0],
    seats: [[1, 2]],
    keys: ['buy'],
    reservations: [1],
    references: ['BBBBBBBB'],
  }),
  confirm('buys a seat without a lock', {
    of: [0],
    seats: [[3]],
    keys: [null],
    reservations: [2],
    references: ['CCCCCCCC'],
  }),
  lock('locks for three customers', { ...three, keys: ['lock three', null, null] }),
  confirm('buys for three customers', {
    ...three,
    keys: ['buy three', null, null],
    reservations: [3, 4, 5],
    references: ['DDDDDDDD', 'EEEEEEEE', 'FFFFFFFF'],
  }),
  lock('locks a seat to give it back', { of: [1], seats: [[8]], keys: [null] }),
  {
    what: 'gives a seat back',
    statement: 'unlock_seats(',
    values: [users[1], showtime, [seats[8]], 1_800, 'unlock', 'f'],
  },
  {
    what: 'ends the locks of a showtime',
    statement: 'release_seat_locks(null, $1, $2)',
    values: [[showtime], null],
  },
  {
    what: 'ends the locks of a user',
    statement: 'release_seat_locks($1, null, null)',
    values: [users[1]],
  },
  {
    what: 'reads the answer of a purchase',
    statement: `json_build_object('outcome', 'ok', 'answer', reservation_answer(id))`,
    values: [reservations[1]],
  },
  {
    what: 'reads a reservation',
    statement: 'reservation_answer(id) as answer from reservations',
    values: [reservations[1], users[0], false],
  },
  {
    what: 'lists the own reservations',
    statement: 'join showtimes t on t.id = r.showtime_id where r.user_id = $1',
    values: [users[0], 10, 'BBBBBBBB', farAway, id(0)],
  },
  {
    what: 'lists all reservations',
    statement: 'reservation_answer(r.id) as answer, u.id as "userId"',
    values: [10, showtime, users[0], 'confirmed', 'BBBBBBBB', farAway, id(0)],
  },
  { what: 'reads the seat map', statement: `seat_price('regular'`, values: [showtime] },
  {
    what: 'searches movies',
    statement: 'position((select search_key($3)) in m.search_key)',
    values: [10, 'drama', 'matin', '2999-01-01', '1', '', id(0)],
  },
  {
    what: 'writes the seats of demo sales',
    statement: 'from unnest($1::uuid[], $2::uuid[]) as sold',
    values: [[reservations[0]], [seats[10]]],
  },
  {
    what: 'counts an attempt to sign in',
    statement: 'sign_in_attempt(',
    values: [id(8), ['key of an account'], [1], 900],
  },
  {
    what: 'refuses an attempt to sign in',
    statement: 'sign_in_attempt(',
    values: [id(9), ['key of an account'], [1], 900],
  },
  {
    what: 'begins with a key',
    statement: 'idempotency_begin(',
    values: [users[2], 'key', 'movies.create', 'f'],
  },
  {
    what: 'stores the answer of a key',
    statement: 'idempotency_store(',
    values: [users[2], 'key', 'movies.create', 'f', '{}'],
  },
  {
    what: 'begins with a key that has an answer',
    statement: 'idempotency_begin(',
    values: [users[2], 'key', 'movies.create', 'f'],
  },
  {
    what: 'reserves a key',
    statement: 'idempotency_reserve(',
    values: [users[2], 'reserved', 'auth.changePassword', 'f', 60],
  },
  { what: 'forgets old entries of the audit log', statement: 'audit_forget(', values: [] },
];
