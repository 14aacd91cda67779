import { Migration } from '@mikro-orm/migrations';

const change = /* sql */ `
create table "outbox" (
  "id" uuid not null,
  "kind" varchar(100) not null,
  "key" varchar(255) not null,
  "payload" jsonb not null,
  "created_at" timestamptz(3) not null default now(),
  "expanded_at" timestamptz(3) null,
  primary key ("id")
);
create index "idx_outbox_unexpanded" on "outbox" ("id") where "expanded_at" is null;
alter table "outbox" add constraint "outbox_key_unique" unique ("key");

create table "deliveries" (
  "id" uuid not null,
  "outbox_id" uuid not null,
  "consequence" varchar(100) not null,
  "target" varchar(255) not null default '',
  "key" varchar(500) not null,
  "available_at" timestamptz(3) not null,
  "attempts" int not null default 0,
  "leased_until" timestamptz(3) null,
  "leased_by" uuid null,
  "done_at" timestamptz(3) null,
  "dead_at" timestamptz(3) null,
  "last_error" text null,
  "created_at" timestamptz(3) not null default now(),
  primary key ("id")
);
create index "idx_deliveries_outbox" on "deliveries" ("outbox_id");
create index "idx_deliveries_open" on "deliveries" ("available_at", "id") where "done_at" is null and "dead_at" is null;
create index "idx_deliveries_created" on "deliveries" ("created_at", "id");
alter table "deliveries" add constraint "deliveries_key_unique" unique ("key");

alter table "idempotency_keys" add "leased_until" timestamptz(3) null;
alter table "idempotency_keys" alter column "answer" drop not null;

alter table "deliveries" add constraint "deliveries_outbox_fk" foreign key ("outbox_id") references "outbox" ("id") on update no action on delete cascade;
alter table "deliveries" add constraint "deliveries_done_or_dead" check (done_at is null or dead_at is null);
alter table "deliveries" add constraint "deliveries_leased_by_someone" check ((leased_by is null) = (leased_until is null));
`;

/** Frozen copies of `functions/*.sql` as they were then. */
const functions = [
  /* sql */ `
CREATE OR REPLACE FUNCTION public.confirm_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_reservation uuid, p_reference text, p_key text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_show record;
  v_locks record;
  v_refusal json;
  v_answer json;
  v_now timestamptz;
begin
  if p_key is not null then
    v_refusal := idempotency_begin(p_user, p_key, 'reservations.create', p_fingerprint);
    if v_refusal is not null then return v_refusal; end if;
  end if;

  select start_time, cancelled_at, currency into v_show
    from showtimes where id = p_showtime and archived_at is null
    for key share;
  perform from users where id = p_user and disabled_at is null for key share;
  if not found then
    return json_build_object('outcome', 'user_disabled');
  end if;
  -- Waits for a transaction that takes over an expired lock or sweeps it; the clock comes after.
  perform from seat_claims
    where showtime_id = p_showtime and seat_id = any(p_seats)
      and user_id = p_user and reservation_id is null
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  select count(*) as live, sum(price) as total into v_locks
    from seat_claims
    where showtime_id = p_showtime and seat_id = any(p_seats)
      and user_id = p_user and reservation_id is null and expires_at > v_now;
  if v_locks.live < cardinality(p_seats) or v_show.cancelled_at is not null
      or v_show.start_time <= v_now then
    v_refusal := booking_refusal(p_showtime, p_seats, v_now);
    return coalesce(v_refusal, json_build_object('outcome', 'lock_expired',
      'seats', locks_missing(p_user, p_showtime, p_seats, v_now)));
  end if;

  with bought as (
    insert into reservations (id, reference, user_id, showtime_id, status, total_price, seat_count,
        currency, created_at, updated_at)
      values (p_reservation, p_reference, p_user, p_showtime, 'confirmed', v_locks.total,
        cardinality(p_seats), v_show.currency, v_now, v_now)
      on conflict (reference) do nothing
      returning id),
  -- A reservation is confirmed once, so its id serves for the fact as well.
  fact as (
    insert into outbox (id, kind, key, payload, created_at)
      select id, 'reservation.confirmed', 'reservation.confirmed:' || id,
        jsonb_build_object('reservationId', id), v_now from bought)
  insert into reservation_events (reservation_id, step, actor_id, created_at)
    select id, 'confirmed', p_user, v_now from bought;
  if not found then
    return json_build_object('outcome', 'reference_taken');
  end if;
  with sold as (
    update seat_claims set reservation_id = p_reservation, expires_at = null
      where showtime_id = p_showtime and seat_id = any(p_seats)
      returning seat_id, theater_id, price)
  insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price)
    select p_reservation, seat_id, p_showtime, theater_id, price from sold;

  v_answer := reservation_answer(p_reservation);
  if p_key is not null then
    perform idempotency_store(
      p_user, p_key, 'reservations.create', p_fingerprint, v_answer::text);
  end if;
  return json_build_object('outcome', 'ok', 'answer', v_answer);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.idempotency_begin(p_user uuid, p_key text, p_procedure text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
declare
  v_stored idempotency_keys%rowtype;
begin
  -- An advisory lock refuses immediately; the primary key would make the second request wait.
  if not pg_try_advisory_xact_lock(hashtextextended(p_user::text || ':' || p_key, 0)) then
    return json_build_object('outcome', 'in_progress');
  end if;
  select * into v_stored from idempotency_keys
    where user_id = p_user and key = p_key and created_at > clock_timestamp() - interval '24 hours';
  if not found then
    return null;
  end if;
  if v_stored.answer is null then
    -- Reserved by a request that works without a transaction; free once its reservation ends.
    return case when v_stored.leased_until > clock_timestamp()
      then json_build_object('outcome', 'in_progress') end;
  end if;
  if v_stored.procedure <> p_procedure or v_stored.fingerprint <> p_fingerprint then
    return json_build_object('outcome', 'key_reused');
  end if;
  return json_build_object('outcome', 'replayed', 'answer', v_stored.answer::json);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.idempotency_reserve(p_user uuid, p_key text, p_procedure text, p_fingerprint text, p_seconds double precision, OUT begun json, OUT lease timestamp with time zone)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
begin
  begun := idempotency_begin(p_user, p_key, p_procedure, p_fingerprint);
  if begun is null then
    insert into idempotency_keys as k
      (user_id, key, procedure, fingerprint, answer, leased_until, created_at)
    values (p_user, p_key, p_procedure, p_fingerprint, null,
      clock_timestamp() + make_interval(secs => p_seconds), clock_timestamp())
    on conflict (user_id, key) do update set
      procedure = excluded.procedure, fingerprint = excluded.fingerprint, answer = null,
      leased_until = excluded.leased_until, created_at = excluded.created_at
    returning k.leased_until into lease;
  end if;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.idempotency_store(p_user uuid, p_key text, p_procedure text, p_fingerprint text, p_answer text)
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into idempotency_keys (user_id, key, procedure, fingerprint, answer, created_at)
  values (p_user, p_key, p_procedure, p_fingerprint, p_answer, clock_timestamp())
  on conflict (user_id, key) do update set
    procedure = excluded.procedure, fingerprint = excluded.fingerprint, answer = excluded.answer,
    leased_until = null, created_at = excluded.created_at
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.lock_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_ttl_seconds double precision, p_max_seconds double precision, p_max_seats integer, p_key text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_show record;
  v_seen record;
  v_refusal json;
  v_began timestamptz;
  v_now timestamptz;
  v_taken uuid[];
  v_got record;
begin
  if p_key is not null then
    v_refusal := idempotency_begin(p_user, p_key, 'showtimes.lockSeats', p_fingerprint);
    if v_refusal is not null then return v_refusal; end if;
  end if;

  select theater_id, start_time, cancelled_at, price, premium_price, vip_price into v_show
    from showtimes where id = p_showtime and archived_at is null
    for key share;
  if not found then
    return json_build_object('outcome', 'showtime_not_found');
  end if;
  perform from users where id = p_user and disabled_at is null for no key update;
  if not found then
    return json_build_object('outcome', 'user_disabled');
  end if;

  for v_attempt in 1..5 loop
    -- A request that is too late leaves after this read and has written nothing.
    select count(s.id) as known,
        count(*) filter (where c.user_id = p_user and c.reservation_id is null) as kept,
        bool_or(c.user_id <> p_user or c.reservation_id is not null
          or (c.seat_id is null and s.out_of_order)) as conflict,
        (select count(*) from seat_claims
          where user_id = p_user and showtime_id = p_showtime and reservation_id is null
            and expires_at > clock_timestamp()) as mine
      into v_seen
      from unnest(p_seats) wanted
      left join seats s
        on s.id = wanted and s.theater_id = v_show.theater_id and s.archived_at is null
      left join seat_claims c on c.showtime_id = p_showtime and c.seat_id = wanted
        and (c.reservation_id is not null or c.expires_at > clock_timestamp());
    if v_seen.known < cardinality(p_seats) or v_show.cancelled_at is not null
        or v_show.start_time <= clock_timestamp() then
      return booking_refusal(p_showtime, p_seats, clock_timestamp());
    end if;
    if v_seen.mine - v_seen.kept + cardinality(p_seats) > p_max_seats then
      return json_build_object('outcome', 'seat_limit',
        'limit', p_max_seats, 'locked', v_seen.mine, 'requested', cardinality(p_seats));
    end if;
    if v_seen.conflict then
      v_refusal := seat_conflicts(p_user, p_showtime, p_seats);
      if v_refusal is not null then
        return json_build_object('outcome', 'seats_unavailable', 'seats', v_refusal);
      end if;
    end if;

    -- Seats in the order of their ids, so that two who cross wait and never deadlock. First-time
    -- lockers of one seat meet at the primary key; the WHERE sees the row that won, after the wait.
    v_began := date_trunc('milliseconds', clock_timestamp());
    with taken as (
      insert into seat_claims as c
        (showtime_id, seat_id, theater_id, user_id, price, locked_at, expires_at)
      select p_showtime, s.id, v_show.theater_id, p_user,
          seat_price(s.seat_type, v_show.price, v_show.premium_price, v_show.vip_price),
          v_began, v_began + make_interval(secs => p_ttl_seconds)
        from seats s
        where s.id = any(p_seats)
        order by s.id
      on conflict (showtime_id, seat_id) do update set
        user_id = excluded.user_id, price = excluded.price,
        locked_at = excluded.locked_at, expires_at = excluded.expires_at
        where c.reservation_id is null and c.expires_at <= clock_timestamp()
      returning c.seat_id)
    select coalesce(array_agg(seat_id), '{}') into v_taken from taken;

    v_now := date_trunc('milliseconds', clock_timestamp());
    if v_now - v_began > interval '50 milliseconds' then
      -- The statement waited for another transaction: the lock's time begins when it ended.
      update seat_claims set locked_at = v_now,
          expires_at = v_now + make_interval(secs => p_ttl_seconds)
        where showtime_id = p_showtime and seat_id = any(v_taken);
    end if;
    v_got := seat_lock_answer(p_user, p_showtime, p_seats, p_max_seconds, v_now);
    if v_got.held = cardinality(p_seats) and v_show.start_time > v_now then
      if p_key is not null then
        perform idempotency_store(
          p_user, p_key, 'showtimes.lockSeats', p_fingerprint, v_got.answer::text);
      end if;
      return json_build_object('outcome', 'ok', 'answer', v_got.answer);
    end if;

    -- All or none: what was taken was free or expired before, which is the same.
    delete from seat_claims where showtime_id = p_showtime and seat_id = any(v_taken);
  end loop;
  return json_build_object('outcome', 'busy');
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.release_seat_locks(p_user uuid, p_showtimes uuid[], p_seats uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
begin
  if p_user is null and p_showtimes is null and p_seats is null then
    raise exception 'release_seat_locks: nothing to narrow by';
  end if;
  -- In the common order, so that transactions that cross wait and never deadlock.
  perform from seat_claims
    where reservation_id is null
      and (p_user is null or user_id = p_user)
      and (p_showtimes is null or showtime_id = any(p_showtimes))
      and (p_seats is null or seat_id = any(p_seats))
    order by showtime_id, seat_id for update;
  delete from seat_claims
    where reservation_id is null
      and (p_user is null or user_id = p_user)
      and (p_showtimes is null or showtime_id = any(p_showtimes))
      and (p_seats is null or seat_id = any(p_seats));
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.seat_price(p_seat_type text, p_price numeric, p_premium_price numeric, p_vip_price numeric)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case p_seat_type
    when 'premium' then coalesce(p_premium_price, p_price)
    when 'vip' then coalesce(p_vip_price, p_price)
    else p_price end
$function$
`,
];

/**
 * Facts and what follows from them; keys that are reserved while a request works without a
 * transaction; the price of a seat in one function. Adds only: the release before goes on working,
 * and its bookings write facts as well. No rows are touched, and each lock lasts a moment.
 */
export class Outbox extends Migration {
  override up(): void {
    // A function may call one that is created after it.
    this.addSql('set local check_function_bodies = off');
    for (const statement of [change, ...functions]) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
