/*
 * What the reference servers have beside the product's tables, with the same history. Walls refers
 * to the product's users, showtimes and seats. It has tables of its own, so that a change to the
 * product's schema does not move the yardstick.
 */
export const yardstickTables = [
  'create schema bench',
  /* sql */ `
  create table bench.claims (
    showtime_id uuid not null, seat_id uuid not null, user_id uuid not null,
    expires_at timestamptz null, sold_at timestamptz null, primary key (showtime_id, seat_id))`,
  /* sql */ `
  insert into bench.claims (showtime_id, seat_id, user_id, sold_at)
  select showtime_id, seat_id, user_id, locked_at from seat_claims`,
  'create table bench.versions (showtime_id uuid primary key, version bigint not null)',
  'insert into bench.versions select id, 1 from showtimes where start_time > now()',

  'create schema walls',
  /* sql */ `
  create table walls.reservations (
    id uuid primary key, reference char(8) not null unique,
    user_id uuid not null references users (id),
    showtime_id uuid not null references showtimes (id),
    total_price numeric(12, 2) not null, created_at timestamptz not null,
    unique (showtime_id, id))`,
  'create index on walls.reservations (user_id, created_at)',
  /* sql */ `
  create table walls.reservation_seats (
    reservation_id uuid not null, seat_id uuid not null,
    showtime_id uuid not null, theater_id uuid not null, price numeric(10, 2) not null,
    primary key (reservation_id, seat_id),
    foreign key (showtime_id, reservation_id) references walls.reservations (showtime_id, id),
    foreign key (theater_id, seat_id) references seats (theater_id, id))`,
  /* sql */ `
  create table walls.reservation_events (
    reservation_id uuid not null references walls.reservations (id), step text not null,
    actor_id uuid not null references users (id), created_at timestamptz not null,
    primary key (reservation_id, step))`,
  /* sql */ `
  create table walls.claims (
    showtime_id uuid not null, seat_id uuid not null, theater_id uuid not null,
    user_id uuid not null references users (id), price numeric(10, 2) not null,
    expires_at timestamptz null, reservation_id uuid null,
    primary key (showtime_id, seat_id),
    foreign key (theater_id, showtime_id) references showtimes (theater_id, id),
    foreign key (theater_id, seat_id) references seats (theater_id, id),
    foreign key (showtime_id, reservation_id) references walls.reservations (showtime_id, id))`,
  /* sql */ `
  insert into walls.reservations
  select id, reference, user_id, showtime_id, total_price, created_at from reservations`,
  /* sql */ `
  insert into walls.reservation_seats
  select reservation_id, seat_id, showtime_id, theater_id, price from reservation_seats`,
  /* sql */ `
  insert into walls.reservation_events
  select reservation_id, step, actor_id, created_at from reservation_events`,
  /* sql */ `
  insert into walls.claims
  select showtime_id, seat_id, theater_id, user_id, price, expires_at, reservation_id
  from seat_claims`,

  'create schema ordinary',
  /* sql */ `
  create table ordinary.seats (
    id uuid primary key default gen_random_uuid(), showtime_id uuid not null, seat_id uuid not null,
    price numeric(10, 2) not null, status text not null default 'available', user_id uuid null,
    unique (showtime_id, seat_id))`,
  /* sql */ `
  create table ordinary.bookings (
    id uuid primary key default gen_random_uuid(), user_id uuid not null,
    showtime_id uuid not null, seat_id uuid not null, price numeric(10, 2) not null,
    created_at timestamptz not null default now())`,
  'create index on ordinary.bookings (user_id)',
  /* sql */ `
  insert into ordinary.seats (showtime_id, seat_id, price, status, user_id)
  select showtime_id, seat_id, price, 'booked', user_id from seat_claims
  union all
  select s.id, seat.id, s.price, 'available', null
  from showtimes s join seats seat on seat.theater_id = s.theater_id where s.start_time > now()`,
  /* sql */ `
  insert into ordinary.bookings (user_id, showtime_id, seat_id, price)
  select user_id, showtime_id, seat_id, price from seat_claims`,
];
