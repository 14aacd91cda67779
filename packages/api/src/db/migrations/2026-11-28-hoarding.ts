import { Migration } from '@mikro-orm/migrations';

const column = `alter table seat_claims add column if not exists client bigint`;

const index = [
  // What an attempt that was cut off has left behind.
  `do $$ begin
     if exists (select from pg_index
         where indexrelid = to_regclass('idx_seat_claims_client') and not indisvalid) then
       drop index idx_seat_claims_client;
     end if;
   end $$`,
  `create index concurrently if not exists idx_seat_claims_client
     on seat_claims (showtime_id, client) where reservation_id is null and client is not null`,
];

/** Overloads that no release has called. */
const superfluous = [
  `drop function if exists lock_seats(uuid, uuid, uuid[], double precision, double precision,
     integer, integer, double precision, text, text)`,
  `drop function if exists lock_seats_straight(boolean[], uuid[], uuid[], text[], text[], text[],
     double precision, double precision, integer, integer, double precision)`,
  `drop function if exists lock_seats_together(uuid[], timestamptz[], uuid[], uuid[], text[], text[],
     text[], double precision, double precision, integer, integer, double precision, text)`,
  `drop function if exists confirm_seats_straight(boolean[], uuid[], uuid[], text[], uuid[], text[],
     text[], text[])`,
  `drop function if exists confirm_seats_together(uuid[], timestamptz[], uuid[], uuid[], text[],
     uuid[], text[], text[], text[], text)`,
];

/** Frozen copies of `functions/*.sql` as they were then. */
const functions = [
  /* sql */ `
CREATE OR REPLACE FUNCTION public.client_of_young(p_client bigint, p_role text, p_created_at timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
AS $function$
  select p_client
    where p_role <> 'admin' and p_created_at > clock_timestamp() - interval '1 day'
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.confirm_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_reservation uuid, p_reference text, p_max_reserved integer, p_key text, p_fingerprint text)
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
  v_role text;
  v_reserved bigint;
begin
  if p_key is not null then
    v_refusal := idempotency_begin(p_user, p_key, 'reservations.create', p_fingerprint);
    if v_refusal is not null then return v_refusal; end if;
  end if;

  select theater_id, start_time, cancelled_at, currency into v_show
    from showtimes where id = p_showtime and archived_at is null
    for key share;
  -- No other request of the user locks a seat between the count below and the reason for a refusal.
  select role into v_role from users where id = p_user and disabled_at is null for no key update;
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

  if p_max_reserved is not null and v_role <> 'admin' then
    select coalesce(sum(seat_count), 0) into v_reserved from reservations
      where user_id = p_user and showtime_id = p_showtime and status = 'confirmed';
    if v_reserved + cardinality(p_seats) > p_max_reserved then
      return json_build_object('outcome', 'seat_limit', 'scope', 'showtime',
        'limit', p_max_reserved, 'locked', v_reserved, 'requested', cardinality(p_seats));
    end if;
  end if;

  with bought as (
    insert into reservations (id, reference, user_id, theater_id, showtime_id, status, total_price,
        seat_count, currency, created_at, updated_at)
      values (p_reservation, p_reference, p_user, v_show.theater_id, p_showtime, 'confirmed',
        v_locks.total, cardinality(p_seats), v_show.currency, v_now, v_now)
      on conflict (reference) do nothing
      returning id),
  -- A reservation is confirmed once, so its id serves for the fact as well.
  fact as (
    insert into outbox (id, kind, key, payload, created_at)
      select id, 'reservation.confirmed', 'reservation.confirmed:' || id,
        jsonb_build_object('reservationId', id), v_now from bought)
  insert into reservation_events
      (theater_id, showtime_id, reservation_id, step, actor_id, created_at)
    select v_show.theater_id, p_showtime, id, 'confirmed', p_user, v_now from bought;
  if not found then
    return json_build_object('outcome', 'reference_taken');
  end if;
  with sold as (
    update seat_claims set reservation_id = p_reservation, expires_at = null, client = null
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
CREATE OR REPLACE FUNCTION public.confirm_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_reservation uuid, p_reference text, p_key text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
begin
  return confirm_seats(p_user, p_showtime, p_seats, p_reservation, p_reference,
    null::integer, p_key, p_fingerprint);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.confirm_seats_straight(p_live boolean[], p_users uuid[], p_showtimes uuid[], p_seats text[], p_reservations uuid[], p_references text[], p_max_reserved integer, p_keys text[], p_fingerprints text[], OUT places integer[], OUT answers json[])
 RETURNS record
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare
  v_free boolean[];
  v_first boolean[];
  v_now timestamptz;
begin
  v_first := batch_first(p_users, p_showtimes, p_seats);
  v_free := idempotency_claim(p_users, p_keys);
  -- The house's order of row locks. The claims wait for a transaction that takes over an expired
  -- lock or sweeps it; the clock comes after.
  perform from showtimes where id = any(p_showtimes) order by id for key share;
  perform from users where id = any(p_users) order by id for no key update;
  perform from (
      select user_id, showtime_id, unnest(seats::uuid[]) as seat_id
        from unnest(p_users, p_showtimes, p_seats) as u (user_id, showtime_id, seats)
        order by 2, 3) w
    cross join lateral (
      select from seat_claims
        where showtime_id = w.showtime_id and seat_id = w.seat_id
          and user_id = w.user_id and reservation_id is null
        for update) c;
  v_now := date_trunc('milliseconds', clock_timestamp());

  with call as materialized (
      select c.*, t.theater_id, t.start_time, t.end_time, t.currency, m.id as movie_id, m.title,
          h.name as theater_name
        from (
          select place, user_id, showtime_id, seats::uuid[] as seats, reservation_id, reference,
              key, fingerprint
            from unnest(p_live, v_first, v_free, p_users, p_showtimes, p_seats, p_reservations,
                p_references, p_keys, p_fingerprints)
              with ordinality
              as u (live, first, free, user_id, showtime_id, seats, reservation_id, reference,
                key, fingerprint, place)
            where live and first and free) c
        cross join lateral (
          select theater_id, movie_id, start_time, end_time, currency from showtimes
            where id = c.showtime_id and archived_at is null and cancelled_at is null
              and start_time > v_now
            offset 0) t
        cross join lateral (
          select role from users where id = c.user_id and disabled_at is null offset 0) u
        cross join lateral (select id, title from movies where id = t.movie_id offset 0) m
        cross join lateral (select name from theaters where id = t.theater_id offset 0) h
        where (c.key is null or not exists (
            select from idempotency_keys where user_id = c.user_id and key = c.key))
          and (p_max_reserved is null or u.role = 'admin'
            or p_max_reserved >= cardinality(c.seats) + (
              select coalesce(sum(seat_count), 0) from reservations
                where user_id = c.user_id and showtime_id = c.showtime_id
                  and status = 'confirmed'))),
    seat as materialized (
      select call.place, call.reservation_id, call.showtime_id, call.theater_id,
          l.seat_id, l.price, s.row_label, s.seat_number, s.row_index, s.position, s.seat_type
        from call
        cross join unnest(call.seats) as wanted
        cross join lateral (
          select seat_id, price from seat_claims
            where showtime_id = call.showtime_id and seat_id = wanted
              and user_id = call.user_id and reservation_id is null and expires_at > v_now
            offset 0) l
        cross join lateral (
          select row_label, seat_number, row_index, position, seat_type from seats
            where id = wanted
            offset 0) s),
    basket as materialized (
      select place, count(*) as seats, sum(price)::numeric(12, 2) as total_price,
          json_agg(json_build_object(
              'id', seat_id, 'rowLabel', row_label, 'seatNumber', seat_number,
              'rowIndex', row_index, 'position', position, 'seatType', seat_type,
              'price', price::text)
            order by row_index, position) as items
        from seat group by place),
    bought as (
      insert into reservations (id, reference, user_id, theater_id, showtime_id, status,
          total_price, seat_count, currency, created_at, updated_at)
        select c.reservation_id, c.reference, c.user_id, c.theater_id, c.showtime_id, 'confirmed',
            b.total_price, b.seats, c.currency, v_now, v_now
          from call c join basket b using (place)
          where b.seats = cardinality(c.seats)
        on conflict (reference) do nothing
        returning id, user_id, theater_id, showtime_id),
    -- A reservation is confirmed once, so its id serves for the fact as well.
    fact as (
      insert into outbox (id, kind, key, payload, created_at)
        select id, 'reservation.confirmed', 'reservation.confirmed:' || id,
            jsonb_build_object('reservationId', id), v_now
          from bought),
    event as (
      insert into reservation_events
          (theater_id, showtime_id, reservation_id, step, actor_id, created_at)
        select theater_id, showtime_id, id, 'confirmed', user_id, v_now from bought),
    sold as (
      update seat_claims c set reservation_id = s.reservation_id, expires_at = null, client = null
        from bought join seat s on s.reservation_id = bought.id
        where c.showtime_id = s.showtime_id and c.seat_id = s.seat_id),
    ticket as (
      insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price)
        select s.reservation_id, s.seat_id, s.showtime_id, s.theater_id, s.price
          from bought join seat s on s.reservation_id = bought.id),
    answer as materialized (
      select c.place, c.user_id, c.key, c.fingerprint, json_build_object(
            'id', c.reservation_id, 'reference', c.reference, 'status', 'confirmed',
            'showtime', json_build_object(
              'id', c.showtime_id, 'startTime', c.start_time, 'endTime', c.end_time,
              'movie', json_build_object('id', c.movie_id, 'title', c.title),
              'theater', json_build_object('id', c.theater_id, 'name', c.theater_name)),
            'seats', b.items,
            'totalPrice', b.total_price::text, 'currency', c.currency,
            'createdAt', v_now, 'cancelledAt', null) as answer
        from bought
        join call c on c.reservation_id = bought.id
        join basket b using (place)),
    kept as (
      insert into idempotency_keys (user_id, key, procedure, fingerprint, answer, created_at)
        select user_id, key, 'reservations.create', fingerprint, answer::text, v_now
          from answer where key is not null)
  select coalesce(array_agg(place), '{}'), array_agg(answer) into places, answers from answer;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.confirm_seats_together(p_sessions uuid[], p_tokens_end timestamp with time zone[], p_users uuid[], p_showtimes uuid[], p_seats text[], p_reservations uuid[], p_references text[], p_max_reserved integer, p_keys text[], p_fingerprints text[], p_lock_timeout text)
 RETURNS TABLE(place integer, result json)
 LANGUAGE plpgsql
AS $function$
declare
  v_live boolean[];
  v_done integer[] := '{}';
  v_answers json[];
begin
  if p_lock_timeout is not null then
    perform set_config('lock_timeout', p_lock_timeout, true);
  end if;
  v_live := sessions_live(p_sessions, p_users, p_tokens_end);
  if cardinality(p_users) >= 3 then
    select s.places, s.answers into v_done, v_answers
      from confirm_seats_straight(v_live, p_users, p_showtimes, p_seats, p_reservations,
        p_references, p_max_reserved, p_keys, p_fingerprints) s;
    return query select d.place, json_build_object('outcome', 'ok', 'answer', d.answer)
      from unnest(v_done, v_answers) as d (place, answer);
  end if;
  if cardinality(v_done) < cardinality(p_users) then
    return query select c.place::integer,
        case when not c.live then json_build_object('outcome', 'session_over')
          else confirm_seats(c.user_id, c.showtime_id, c.seats::uuid[], c.reservation_id,
            c.reference, p_max_reserved, c.key, c.fingerprint) end
      from unnest(v_live, p_users, p_showtimes, p_seats, p_reservations, p_references,
          p_keys, p_fingerprints)
        with ordinality as c (live, user_id, showtime_id, seats, reservation_id, reference,
          key, fingerprint, place)
      where c.place <> all (v_done);
  end if;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.lock_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_ttl_seconds double precision, p_max_seconds double precision, p_max_seats integer, p_max_everywhere integer, p_keep_seconds double precision, p_client bigint, p_max_client integer, p_key text, p_fingerprint text)
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
  v_cap timestamptz;
  v_client bigint;
  v_of_client bigint;
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
  select client_of_young(p_client, role, created_at) into v_client
    from users where id = p_user and disabled_at is null for no key update;
  if not found then
    return json_build_object('outcome', 'user_disabled');
  end if;
  if p_max_client is null then
    v_client := null;
  elsif v_client is not null then
    -- Requests from one client for one showtime are counted one after the other.
    perform pg_advisory_xact_lock(hashtextextended(p_showtime::text, v_client));
  end if;

  for v_attempt in 1..5 loop
    -- A request that is too late leaves after this read and has written nothing.
    select count(s.id) as known,
        count(*) filter (where c.user_id = p_user and c.reservation_id is null) as kept,
        bool_or(c.user_id <> p_user or c.reservation_id is not null
          or (c.seat_id is null and s.out_of_order)) as conflict,
        (select count(*) from seat_claims
          where user_id = p_user and showtime_id = p_showtime and reservation_id is null
            and expires_at > clock_timestamp()) as mine,
        (select count(*) from seat_claims
          where p_max_everywhere is not null and user_id = p_user and reservation_id is null
            and expires_at > clock_timestamp()) as everywhere
      into v_seen
      from unnest(p_seats) wanted
      left join seats s
        on s.id = wanted and s.theater_id = v_show.theater_id and s.archived_at is null
      left join seat_claims c on c.showtime_id = p_showtime and c.seat_id = wanted
        and (c.reservation_id is not null or c.expires_at > clock_timestamp());
    if v_seen.known < cardinality(p_seats) or v_show.cancelled_at is not null
        or v_show.start_time <= clock_timestamp() then
      v_refusal := booking_refusal(p_showtime, p_seats, clock_timestamp());
      if v_refusal is not null then return v_refusal; end if;
      -- The reason has gone since it was read.
      continue;
    end if;
    if v_seen.mine - v_seen.kept + cardinality(p_seats) > p_max_seats then
      return json_build_object('outcome', 'seat_limit',
        'limit', p_max_seats, 'locked', v_seen.mine, 'requested', cardinality(p_seats));
    end if;
    if v_seen.everywhere - v_seen.kept + cardinality(p_seats) > p_max_everywhere then
      return json_build_object('outcome', 'seat_limit', 'scope', 'account',
        'limit', p_max_everywhere, 'locked', v_seen.everywhere, 'requested', cardinality(p_seats));
    end if;
    if v_client is not null then
      select count(*) into v_of_client from seat_claims
        where showtime_id = p_showtime and client = v_client and reservation_id is null
          and expires_at > clock_timestamp()
          and not (user_id = p_user and seat_id = any(p_seats));
      if v_of_client + cardinality(p_seats) > p_max_client then
        return json_build_object('outcome', 'seat_limit', 'scope', 'address',
          'limit', p_max_client, 'locked', v_of_client, 'requested', cardinality(p_seats));
      end if;
    end if;
    if v_seen.conflict then
      v_refusal := seat_conflicts(p_user, p_showtime, p_seats);
      if v_refusal is not null then
        return json_build_object('outcome', 'seats_unavailable', 'seats', v_refusal);
      end if;
    end if;

    if p_keep_seconds is not null then
      select min(coalesce(hard_cap_at, locked_at + make_interval(secs => p_max_seconds)))
        into v_cap
        from seat_claims
        where showtime_id = p_showtime and seat_id = any(p_seats) and user_id = p_user
          and reservation_id is null and expires_at <= clock_timestamp()
          and expires_at > clock_timestamp() - make_interval(secs => p_keep_seconds);
      if v_cap < clock_timestamp() + interval '1 second' then
        return json_build_object('outcome', 'extension_limit', 'maxExpiresAt', v_cap);
      end if;
    end if;

    -- Seats in the order of their ids, so that two who cross wait and never deadlock. First-time
    -- lockers of one seat meet at the primary key; the WHERE sees the row that won, after the wait.
    v_began := date_trunc('milliseconds', clock_timestamp());
    with taken as (
      insert into seat_claims as c
        (showtime_id, seat_id, theater_id, user_id, client, price, locked_at, expires_at)
      select p_showtime, s.id, v_show.theater_id, p_user, v_client,
          seat_price(s.seat_type, v_show.price, v_show.premium_price, v_show.vip_price),
          v_began, v_began + make_interval(secs => p_ttl_seconds)
        from seats s
        where s.id = any(p_seats)
        order by s.id
      on conflict (showtime_id, seat_id) do update set
        user_id = excluded.user_id, client = excluded.client, price = excluded.price,
        locked_at = excluded.locked_at,
        (expires_at, hard_cap_at) = (
          select least(excluded.expires_at, kept.cap), kept.cap
            from (select case
              when c.user_id = excluded.user_id
                and c.expires_at > v_began - make_interval(secs => p_keep_seconds)
                then coalesce(c.hard_cap_at, c.locked_at + make_interval(secs => p_max_seconds))
              end) as kept (cap))
        where c.reservation_id is null and c.expires_at <= clock_timestamp()
      returning c.seat_id)
    select coalesce(array_agg(seat_id), '{}') into v_taken from taken;

    v_now := date_trunc('milliseconds', clock_timestamp());
    if v_now - v_began > interval '50 milliseconds' then
      -- The statement waited for another transaction: the lock's time begins when it ended.
      update seat_claims set locked_at = v_now,
          expires_at = least(v_now + make_interval(secs => p_ttl_seconds), hard_cap_at)
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
CREATE OR REPLACE FUNCTION public.lock_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_ttl_seconds double precision, p_max_seconds double precision, p_max_seats integer, p_key text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
begin
  return lock_seats(p_user, p_showtime, p_seats, p_ttl_seconds, p_max_seconds, p_max_seats,
    null::integer, null::double precision, null::bigint, null::integer, p_key, p_fingerprint);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.lock_seats_straight(p_live boolean[], p_users uuid[], p_showtimes uuid[], p_seats text[], p_keys text[], p_fingerprints text[], p_ttl_seconds double precision, p_max_seconds double precision, p_max_seats integer, p_max_everywhere integer, p_keep_seconds double precision, p_clients bigint[], p_max_client integer, OUT places integer[], OUT answers json[])
 RETURNS record
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare
  v_free boolean[];
  v_first boolean[];
  v_now timestamptz;
  v_ends timestamptz;
  v_cap timestamptz;
  v_lost_showtimes uuid[];
  v_lost_seats uuid[];
begin
  v_first := batch_first(p_users, p_showtimes, p_seats);
  v_free := idempotency_claim(p_users, p_keys);
  -- The house's order of row locks.
  perform from showtimes where id = any(p_showtimes) order by id for key share;
  perform from users where id = any(p_users) order by id for no key update;
  if p_max_client is not null then
    -- As in lock_seats. In the order of their numbers, so that two batches never deadlock.
    perform pg_advisory_xact_lock(number) from (
      select distinct hashtextextended(c.showtime_id::text,
            client_of_young(c.client, u.role, u.created_at)) as number
        from unnest(p_users, p_showtimes, p_clients) as c (user_id, showtime_id, client)
        join users u on u.id = c.user_id
        order by 1) numbers
      where number is not null;
  end if;
  v_now := date_trunc('milliseconds', clock_timestamp());
  v_ends := v_now + make_interval(secs => p_ttl_seconds);
  v_cap := v_now + make_interval(secs => p_max_seconds);

  with call as materialized (
      select c.*, u.client, t.theater_id, t.price, t.premium_price, t.vip_price, t.currency
        from (
          select place, user_id, showtime_id, seats::uuid[] as seats, key, fingerprint,
              client as any_client,
              p_max_client is null or client is null
                or row_number() over (partition by showtime_id, client order by place) = 1
                as is_first_of_client
            from unnest(p_live, v_first, v_free, p_users, p_showtimes, p_seats, p_keys,
                p_fingerprints, p_clients)
              with ordinality
              as u (live, first, free, user_id, showtime_id, seats, key, fingerprint, client, place)
            where live and first and free) c
        cross join lateral (
          select theater_id, price, premium_price, vip_price, currency from showtimes
            where id = c.showtime_id and archived_at is null and cancelled_at is null
              and start_time > v_now
            offset 0) t
        cross join lateral (
          select case when p_max_client is not null
                then client_of_young(c.any_client, role, created_at) end as client
            from users where id = c.user_id and disabled_at is null offset 0) u
        where (u.client is null or c.is_first_of_client and p_max_client >= cardinality(c.seats) + (
            select count(*) from seat_claims
              where showtime_id = c.showtime_id and client = u.client
                and reservation_id is null and expires_at > v_now))
          and (c.key is null or not exists (
            select from idempotency_keys where user_id = c.user_id and key = c.key))
          and p_max_seats >= cardinality(c.seats) + (
            select count(*) from seat_claims
              where user_id = c.user_id and showtime_id = c.showtime_id
                and reservation_id is null and expires_at > v_now)
          and (p_max_everywhere is null or p_max_everywhere >= cardinality(c.seats) + (
            select count(*) from seat_claims
              where user_id = c.user_id and reservation_id is null and expires_at > v_now))),
    seat as materialized (
      select w.*, not bool_or(is_taken) over of_call
          and count(*) over of_call = cardinality(seats) as is_straight
        from (
          select call.*, s.id as seat_id, s.row_index, s.position,
              seat_price(s.seat_type, call.price, call.premium_price, call.vip_price)
                as seat_price,
              exists (select from seat_claims
                where showtime_id = call.showtime_id and seat_id = s.id
                  and (reservation_id is not null or expires_at > v_now
                    or (user_id = call.user_id and p_keep_seconds is not null))) as is_taken
            from call
            cross join unnest(call.seats) as wanted
            cross join lateral (
              select id, seat_type, row_index, position from seats
                where id = wanted and theater_id = call.theater_id
                  and archived_at is null and not out_of_order
                offset 0) s) w
        window of_call as (partition by w.place)),
    taken as (
      -- In the order of the ids, so that two who cross wait and never deadlock. First-time lockers of
      -- one seat meet at the primary key; the WHERE sees the row that won, after the wait.
      insert into seat_claims as c
          (showtime_id, seat_id, theater_id, user_id, client, price, locked_at, expires_at)
        select showtime_id, seat_id, theater_id, user_id, client, seat_price, v_now, v_ends
          from seat where is_straight
          order by showtime_id, seat_id
        on conflict (showtime_id, seat_id) do update set
          user_id = excluded.user_id, client = excluded.client, price = excluded.price,
          locked_at = excluded.locked_at, expires_at = excluded.expires_at, hard_cap_at = null
          where c.reservation_id is null and c.expires_at <= clock_timestamp()
        returning c.user_id, c.showtime_id, c.seat_id),
    got as (select user_id, count(*) as seats from taken group by user_id),
    answer as materialized (
      select s.place, s.user_id, s.key, s.fingerprint, json_build_object(
            'showtimeId', s.showtime_id,
            'now', v_now,
            'seats', json_agg(json_build_object(
                'seatId', s.seat_id,
                'price', s.seat_price::text,
                'expiresAt', v_ends,
                'maxExpiresAt', v_cap)
              order by s.row_index, s.position),
            'totalPrice', sum(s.seat_price)::text,
            'currency', s.currency,
            'expiresAt', v_ends,
            'maxExpiresAt', v_cap) as answer
        from seat s join got using (user_id)
        where s.is_straight and got.seats = cardinality(s.seats)
        group by s.place, s.user_id, s.key, s.fingerprint, s.showtime_id, s.currency),
    kept as (
      insert into idempotency_keys (user_id, key, procedure, fingerprint, answer, created_at)
        select user_id, key, 'showtimes.lockSeats', fingerprint, answer::text, v_now
          from answer where key is not null)
  select
      (select array_agg(place) from answer),
      (select array_agg(answer) from answer),
      -- All or none: what was taken by a request that did not get all its seats.
      array_agg(showtime_id), array_agg(seat_id)
    into places, answers, v_lost_showtimes, v_lost_seats
    from taken where not exists (select from answer where answer.user_id = taken.user_id);

  places := coalesce(places, '{}');
  if v_lost_seats is not null then
    delete from seat_claims c using unnest(v_lost_showtimes, v_lost_seats) as lost (showtime, seat)
      where c.showtime_id = lost.showtime and c.seat_id = lost.seat;
  end if;
  perform from showtimes
    where id = any(p_showtimes) and start_time > v_now and start_time <= clock_timestamp();
  if found then
    -- A show has started while this waited. The batch fails, and each request is judged alone.
    raise exception 'a show has started' using errcode = 'lock_not_available';
  end if;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.lock_seats_together(p_sessions uuid[], p_tokens_end timestamp with time zone[], p_users uuid[], p_showtimes uuid[], p_seats text[], p_keys text[], p_fingerprints text[], p_ttl_seconds double precision, p_max_seconds double precision, p_max_seats integer, p_max_everywhere integer, p_keep_seconds double precision, p_clients bigint[], p_max_client integer, p_lock_timeout text)
 RETURNS TABLE(place integer, result json)
 LANGUAGE plpgsql
AS $function$
declare
  v_live boolean[];
  v_done integer[] := '{}';
  v_answers json[];
begin
  if p_lock_timeout is not null then
    perform set_config('lock_timeout', p_lock_timeout, true);
  end if;
  v_live := sessions_live(p_sessions, p_users, p_tokens_end);
  if cardinality(p_users) >= 3 then
    select s.places, s.answers into v_done, v_answers
      from lock_seats_straight(v_live, p_users, p_showtimes, p_seats, p_keys, p_fingerprints,
        p_ttl_seconds, p_max_seconds, p_max_seats, p_max_everywhere, p_keep_seconds,
        p_clients, p_max_client) s;
    return query select d.place, json_build_object('outcome', 'ok', 'answer', d.answer)
      from unnest(v_done, v_answers) as d (place, answer);
  end if;
  if cardinality(v_done) < cardinality(p_users) then
    return query select c.place::integer,
        case when not c.live then json_build_object('outcome', 'session_over')
          else lock_seats(c.user_id, c.showtime_id, c.seats::uuid[],
            p_ttl_seconds, p_max_seconds, p_max_seats, p_max_everywhere, p_keep_seconds,
            c.client, p_max_client, c.key, c.fingerprint) end
      from unnest(v_live, p_users, p_showtimes, p_seats, p_clients, p_keys, p_fingerprints)
        with ordinality as c (live, user_id, showtime_id, seats, client, key, fingerprint, place)
      where c.place <> all (v_done);
  end if;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.locks_missing(p_user uuid, p_showtime uuid, p_seats uuid[], p_now timestamp with time zone)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
declare
  v_missing json;
begin
  if p_seats is null then
    perform from seat_claims
      where user_id = p_user and showtime_id = p_showtime and reservation_id is null
        and expires_at > p_now
      limit 1;
    return case when found then null else '[]'::json end;
  end if;
  select json_agg(json_build_object('seatId', wanted, 'reason',
      case when c.seat_id is null or c.expires_at <= c.locked_at then 'not_locked'
        else 'expired' end) order by position)
    into v_missing
    from unnest(p_seats) with ordinality as w (wanted, position)
    left join seat_claims c on c.showtime_id = p_showtime and c.seat_id = wanted
      and c.user_id = p_user and c.reservation_id is null
    where c.seat_id is null or c.expires_at <= p_now;
  return v_missing;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.unlock_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_max_seconds double precision, p_key text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_refusal json;
  v_answer json;
  v_now timestamptz;
begin
  if p_key is not null then
    v_refusal := idempotency_begin(p_user, p_key, 'showtimes.unlockSeats', p_fingerprint);
    if v_refusal is not null then return v_refusal; end if;
  end if;
  perform from showtimes where id = p_showtime and archived_at is null for key share;
  if not found then
    return json_build_object('outcome', 'showtime_not_found');
  end if;
  perform from users where id = p_user for no key update;
  perform from seat_claims
    where showtime_id = p_showtime and user_id = p_user and reservation_id is null
      and (p_seats is null or seat_id = any(p_seats))
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  with own as (
    select seat_id, expires_at > v_now as is_live from seat_claims
      where showtime_id = p_showtime and user_id = p_user and reservation_id is null
        and (p_seats is null or seat_id = any(p_seats))),
  freed as (
    update seat_claims c
      set locked_at = least(c.expires_at, v_now), expires_at = least(c.expires_at, v_now),
        hard_cap_at = coalesce(c.hard_cap_at, c.locked_at + make_interval(secs => p_max_seconds))
      from own
      where c.showtime_id = p_showtime and c.seat_id = own.seat_id
      returning c.seat_id, own.is_live)
  select json_build_object('seatIds',
      coalesce(json_agg(seat_id order by seat_id) filter (where is_live), '[]'::json))
    into v_answer from freed;
  if p_key is not null then
    perform idempotency_store(
      p_user, p_key, 'showtimes.unlockSeats', p_fingerprint, v_answer::text);
  end if;
  return json_build_object('outcome', 'ok', 'answer', v_answer);
end $function$
`,
];

/**
 * Limits against hoarding, as arguments of the booking functions; claims of new accounts know their
 * client. Writes no row; the index is built while customers go on buying.
 */
export class Hoarding extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    this.addSql('set check_function_bodies = off');
    for (const statement of [column, ...functions, ...superfluous, ...index]) {
      this.addSql(statement);
    }
    this.addSql('reset check_function_bodies');
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
