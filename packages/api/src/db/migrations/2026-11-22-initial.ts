import { Migration } from '@mikro-orm/migrations';
import { functionsV1 } from './initial-functions.ts';

const schema = /* sql */ `
create extension if not exists btree_gist;

create table movies (
  id uuid not null,
  title varchar(255) not null,
  description text null,
  poster_url varchar(500) null,
  genre varchar(100) not null,
  duration_minutes int not null,
  release_date date null,
  content_rating varchar(20) null,
  revision int not null default 1,
  archived_at timestamptz(3) null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (id)
);
create index idx_movies_genre on movies (lower(genre));
create index idx_movies_title on movies (lower(title), id);
alter table movies
  add constraint movies_duration_positive check (duration_minutes > 0);
create table theaters (
  id uuid not null,
  name varchar(255) not null,
  timezone varchar(64) not null,
  turnaround_minutes int not null default 0,
  total_seats int not null,
  revision int not null default 1,
  archived_at timestamptz(3) null,
  created_at timestamptz(3) not null default now(),
  primary key (id)
);
create index idx_theaters_name on theaters (lower(name), id);
alter table theaters
  add constraint theaters_turnaround_not_negative check
  (turnaround_minutes >= 0);
alter table theaters
  add constraint theaters_seats_positive check (total_seats > 0);
create table showtimes (
  id uuid not null,
  movie_id uuid not null,
  theater_id uuid not null,
  start_time timestamptz(3) not null,
  end_time timestamptz(3) not null,
  blocked_until timestamptz(3) not null,
  price numeric(10,2) not null,
  premium_price numeric(10,2) null,
  vip_price numeric(10,2) null,
  currency char(3) not null,
  total_seats int not null,
  cancelled_at timestamptz(3) null,
  cancel_reason varchar(500) null,
  archived_at timestamptz(3) null,
  revision int not null default 1,
  created_at timestamptz(3) not null default now(),
  primary key (id)
);
create index idx_showtimes_movie on showtimes (movie_id, start_time);
create index idx_showtimes_theater_time on showtimes (theater_id, start_time);
create index idx_showtimes_start on showtimes (start_time, id);
alter table showtimes
  add constraint showtimes_theater_unique unique (theater_id, id);
alter table showtimes
  add constraint showtimes_end_after_start check (end_time > start_time);
alter table showtimes
  add constraint showtimes_blocked_after_end check
  (blocked_until >= end_time);
alter table showtimes
  add constraint showtimes_prices_are_amounts check
  ((price is null or (price >= 0 and price <> 'NaN'))
  and (premium_price is null or (premium_price >= 0 and premium_price <> 'NaN'))
  and (vip_price is null or (vip_price >= 0 and vip_price <> 'NaN')));
alter table showtimes
  add constraint showtimes_no_overlap exclude using gist
  (theater_id with =, tstzrange(start_time, blocked_until) with &&)
  where (cancelled_at is null and archived_at is null);
create table seats (
  id uuid not null,
  theater_id uuid not null,
  row_label varchar(10) not null,
  seat_number int not null,
  row_index int not null,
  position int not null,
  seat_type text not null default 'regular',
  out_of_order boolean not null default false,
  archived_at timestamptz(3) null,
  created_at timestamptz(3) not null default now(),
  primary key (id)
);
alter table seats
  add constraint seats_label_unique unique (theater_id, row_label, seat_number);
alter table seats
  add constraint seats_theater_unique unique (theater_id, id);
alter table seats
  add constraint seats_seat_type_check check
  (seat_type in ('regular', 'premium', 'vip'));
create table users (
  id uuid not null,
  email varchar(255) not null,
  password_hash varchar(255) not null,
  first_name varchar(100) null,
  last_name varchar(100) null,
  role text not null default 'user',
  disabled_at timestamptz(3) null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (id)
);
create unique index users_email_unique on users (lower(email));
create index idx_users_created on users (created_at, id);
alter table users
  add constraint users_role_check check (role in ('admin', 'user'));
create table sessions (
  id uuid not null,
  user_id uuid not null,
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null default now(),
  primary key (id)
);
create index idx_sessions_user on sessions (user_id);
create index idx_sessions_expires on sessions (expires_at);
create table reservations (
  id uuid not null,
  reference char(8) not null,
  user_id uuid not null,
  showtime_id uuid not null,
  status text not null default 'confirmed',
  total_price numeric(12,2) not null,
  seat_count int not null,
  currency char(3) not null,
  cancelled_at timestamptz(3) null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (id)
);
create index idx_reservations_user on reservations (user_id, created_at, id);
create index idx_reservations_created on reservations (created_at, id);
alter table reservations
  add constraint reservations_reference_unique unique (reference);
alter table reservations
  add constraint reservations_showtime_unique unique (showtime_id, id);
alter table reservations
  add constraint reservations_total_is_amount check
  (total_price >= 0 and total_price <> 'NaN');
alter table reservations
  add constraint reservations_cancelled_at_matches check
  ((status = 'cancelled') = (cancelled_at is not null));
alter table reservations
  add constraint reservations_status_check check
  (status in ('pending', 'confirmed', 'cancelled'));
create table seat_claims (
  showtime_id uuid not null,
  seat_id uuid not null,
  theater_id uuid not null,
  user_id uuid not null,
  price numeric(10,2) not null,
  locked_at timestamptz(3) not null,
  expires_at timestamptz(3) null,
  reservation_id uuid null,
  primary key (showtime_id, seat_id)
);
create index idx_seat_claims_locked on seat_claims (user_id, showtime_id)
  where reservation_id is null;
create index idx_seat_claims_seat on seat_claims (seat_id);
alter table seat_claims
  add constraint seat_claims_price_is_amount check
  (price >= 0 and price <> 'NaN');
alter table seat_claims
  add constraint seat_claims_locked_or_sold check
  ((reservation_id is null) = (expires_at is not null));
create table reservation_seats (
  reservation_id uuid not null,
  seat_id uuid not null,
  showtime_id uuid not null,
  theater_id uuid not null,
  price numeric(10,2) not null,
  primary key (reservation_id, seat_id)
);
create index idx_reservation_seats_seat on reservation_seats (seat_id);
alter table reservation_seats
  add constraint reservation_seats_price_is_amount check
  (price >= 0 and price <> 'NaN');
create table reservation_events (
  reservation_id uuid not null,
  step text not null,
  actor_id uuid not null,
  reason varchar(500) null,
  created_at timestamptz(3) not null default now(),
  primary key (reservation_id, step)
);
alter table reservation_events
  add constraint reservation_events_step_check check
  (step in ('pending', 'confirmed', 'cancelled'));
create table idempotency_keys (
  user_id uuid not null,
  key varchar(255) not null,
  procedure varchar(100) not null,
  fingerprint varchar(64) not null,
  answer text not null,
  created_at timestamptz(3) not null default now(),
  primary key (user_id, key)
);
create index idx_idempotency_keys_created on idempotency_keys (created_at);
alter table showtimes
  add constraint showtimes_movie_fk foreign key (movie_id)
  references movies (id) on update no action on delete restrict;
alter table showtimes
  add constraint showtimes_theater_fk foreign key (theater_id)
  references theaters (id) on update no action on delete restrict;
alter table seats
  add constraint seats_theater_fk foreign key (theater_id)
  references theaters (id) on update no action on delete restrict;
alter table sessions
  add constraint sessions_user_fk foreign key (user_id)
  references users (id) on update no action on delete cascade;
alter table reservations
  add constraint reservations_user_fk foreign key (user_id)
  references users (id) on update no action on delete restrict;
alter table reservations
  add constraint reservations_showtime_fk foreign key (showtime_id)
  references showtimes (id) on update no action on delete restrict;
alter table seat_claims
  add constraint seat_claims_user_fk foreign key (user_id)
  references users (id) on update no action on delete restrict;
alter table seat_claims
  add constraint seat_claims_showtime_fk foreign key (theater_id, showtime_id)
  references showtimes (theater_id, id) on update no action on delete restrict;
alter table seat_claims
  add constraint seat_claims_seat_fk foreign key (theater_id, seat_id)
  references seats (theater_id, id) on update no action on delete restrict;
alter table seat_claims
  add constraint seat_claims_reservation_fk foreign key (showtime_id, reservation_id)
  references reservations (showtime_id, id) on update no action on delete restrict;
alter table reservation_seats
  add constraint reservation_seats_reservation_fk foreign key (showtime_id, reservation_id)
  references reservations (showtime_id, id) on update no action on delete restrict;
alter table reservation_seats
  add constraint reservation_seats_showtime_fk foreign key (theater_id, showtime_id)
  references showtimes (theater_id, id) on update no action on delete restrict;
alter table reservation_seats
  add constraint reservation_seats_seat_fk foreign key (theater_id, seat_id)
  references seats (theater_id, id) on update no action on delete restrict;
alter table reservation_events
  add constraint reservation_events_reservation_fk foreign key (reservation_id)
  references reservations (id) on update no action on delete restrict;
alter table reservation_events
  add constraint reservation_events_actor_fk foreign key (actor_id)
  references users (id) on update no action on delete restrict;
alter table idempotency_keys
  add constraint idempotency_keys_user_fk foreign key (user_id)
  references users (id) on update no action on delete cascade;

-- Fixed-window counters of rate-limiter-flexible.
create table rate_limits (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);

-- The job table of Agenda's PostgreSQL backend. Its own first start creates it too, but two servers
-- that do so at once fail.
create table agenda_jobs (
  id uuid primary key default gen_random_uuid(),
  name varchar(255) not null,
  priority integer not null default 0,
  next_run_at timestamptz,
  type varchar(10) not null default 'normal' check (type in ('normal', 'single')),
  locked_at timestamptz,
  last_finished_at timestamptz,
  failed_at timestamptz,
  fail_count integer,
  fail_reason text,
  repeat_timezone varchar(100),
  last_run_at timestamptz,
  repeat_interval varchar(255),
  data jsonb default '{}'::jsonb,
  repeat_at varchar(255),
  disabled boolean default false,
  progress real,
  fork boolean default false,
  last_modified_by varchar(255),
  debounce_started_at timestamptz,
  start_date timestamptz,
  end_date timestamptz,
  skip_days jsonb,
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);
create index agenda_jobs_find_and_lock_idx
  on agenda_jobs (name, next_run_at, priority desc, locked_at, disabled) where disabled = false;
create unique index agenda_jobs_single_job_idx on agenda_jobs (name) where type = 'single';
`;

/** The whole model: tables, constraints, functions, and the tables of the libraries. */
export class Initial extends Migration {
  override up(): void {
    for (const statement of [schema, ...functionsV1]) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('The first migration is not taken back: drop the database instead.');
  }
}
