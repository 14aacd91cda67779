import { Migration } from '@mikro-orm/migrations';

/*
 * Every step is a statement of its own, is done in a moment or holds no lock that a buyer waits for,
 * and does nothing when it is repeated: `migrate` begins again when a step could not get its lock.
 */

/** Constant defaults: no row is written. */
const columns = [
  `alter table reservations
     add column if not exists fees numeric(12,2) not null default '0',
     add column if not exists channel text not null default 'web',
     add column if not exists customer_name varchar(255),
     add column if not exists contact_email varchar(255),
     add column if not exists contact_phone varchar(50),
     add column if not exists locale varchar(35),
     add column if not exists payment_deadline timestamptz(3),
     add column if not exists cancel_reason text,
     add column if not exists refund_policy jsonb`,
  `alter table seat_claims
     add column if not exists kind text not null default 'lock',
     add column if not exists paying_id uuid,
     add column if not exists block_id uuid,
     add column if not exists price_list_id uuid,
     add column if not exists price_point_id uuid`,
  `alter table reservation_seats
     add column if not exists discount numeric(10,2) not null default '0',
     add column if not exists ticket_type_id uuid not null
       default '00000000-0000-7000-8000-000000000001',
     add column if not exists tax_rate_bp smallint not null default 0,
     add column if not exists tax numeric(10,2) not null default '0',
     add column if not exists cancelled_at timestamptz(3),
     add column if not exists ticket_version smallint not null default 1`,
];

const constraints = [
  check(
    'reservations',
    'reservations_sale_is_sound',
    `fees >= 0 and fees <> 'NaN' and channel in ('web', 'desk', 'api') and (cancel_reason is null or
     cancel_reason in ('customer', 'show_cancelled', 'payment_expired', 'seats_gone', 'staff'))`,
  ),
  check(
    'seat_claims',
    'seat_claims_locked_or_blocked_or_sold',
    `case when reservation_id is not null then kind = 'lock' and expires_at is null
       and paying_id is null and block_id is null
     when kind = 'block' then block_id is not null and paying_id is null
     else kind in ('lock', 'offer') and expires_at is not null and block_id is null end`,
  ),
  check(
    'reservation_seats',
    'reservation_seats_parts_are_amounts',
    `discount >= 0 and discount <> 'NaN' and tax >= 0 and tax <> 'NaN' and tax <= price`,
  ),
].flat();

/** Added without looking at the rows that are there, which is a lock of a moment; then validated. */
function check(table: string, name: string, condition: string): string[] {
  return [
    `alter table ${table} drop constraint if exists ${name}`,
    `alter table ${table} add constraint ${name} check (${condition}) not valid`,
    `alter table ${table} validate constraint ${name}`,
  ];
}

/** Said by the new check, which is not so narrow. */
const superfluous = [
  'alter table seat_claims drop constraint if exists seat_claims_locked_or_sold',
];

/** A build that was cut off leaves an index that is not valid. */
const indexes = [
  'drop index if exists idx_reservations_pending',
  `create index concurrently idx_reservations_pending on reservations (payment_deadline)
     where status = 'pending'`,
];

/** Frozen copies of `functions/*.sql` as they were then. */
const functions = [
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
  v_rate_bp integer;
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
      and user_id = p_user and reservation_id is null and paying_id is null
      and expires_at > v_now;
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

  select i.tax_rate_bp into v_rate_bp
    from theaters h join sites i on i.id = h.site_id where h.id = v_show.theater_id;
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
  insert into reservation_seats
      (reservation_id, seat_id, showtime_id, theater_id, price, tax_rate_bp, tax)
    select p_reservation, seat_id, p_showtime, theater_id, price, v_rate_bp,
        contained_tax(price, v_rate_bp)
      from sold;

  v_answer := reservation_answer(p_reservation);
  if p_key is not null then
    perform idempotency_store(
      p_user, p_key, 'reservations.create', p_fingerprint, v_answer::text);
  end if;
  return json_build_object('outcome', 'ok', 'answer', v_answer);
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
  v_type json;
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

  select json_build_object('id', id, 'code', code, 'name', name) into v_type
    from ticket_types where id = '00000000-0000-7000-8000-000000000001';

  with call as materialized (
      select c.*, t.theater_id, t.start_time, t.end_time, t.currency, m.id as movie_id, m.title,
          h.name as theater_name, i.tax_rate_bp
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
        cross join lateral (select name, site_id from theaters where id = t.theater_id offset 0) h
        cross join lateral (select tax_rate_bp from sites where id = h.site_id offset 0) i
        where (c.key is null or not exists (
            select from idempotency_keys where user_id = c.user_id and key = c.key))
          and (p_max_reserved is null or u.role = 'admin'
            or p_max_reserved >= cardinality(c.seats) + (
              select coalesce(sum(seat_count), 0) from reservations
                where user_id = c.user_id and showtime_id = c.showtime_id
                  and status = 'confirmed'))),
    seat as materialized (
      select call.place, call.reservation_id, call.showtime_id, call.theater_id,
          l.seat_id, l.price, call.tax_rate_bp, contained_tax(l.price, call.tax_rate_bp) as tax,
          s.row_label, s.seat_number, s.row_index, s.position, s.seat_type
        from call
        cross join unnest(call.seats) as wanted
        cross join lateral (
          select seat_id, price from seat_claims
            where showtime_id = call.showtime_id and seat_id = wanted
              and user_id = call.user_id and reservation_id is null and paying_id is null
              and expires_at > v_now
            offset 0) l
        cross join lateral (
          select row_label, seat_number, row_index, position, seat_type from seats
            where id = wanted
            offset 0) s),
    basket as materialized (
      select place, count(*) as seats, sum(price)::numeric(12, 2) as total_price,
          sum(tax)::text as tax,
          json_agg(json_build_object(
              'id', seat_id, 'rowLabel', row_label, 'seatNumber', seat_number,
              'rowIndex', row_index, 'position', position, 'seatType', seat_type,
              'price', price::text, 'ticketType', v_type, 'discount', '0.00',
              'tax', tax::text, 'cancelledAt', null)
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
      insert into reservation_seats
          (reservation_id, seat_id, showtime_id, theater_id, price, tax_rate_bp, tax)
        select s.reservation_id, s.seat_id, s.showtime_id, s.theater_id, s.price,
            s.tax_rate_bp, s.tax
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
            'createdAt', v_now, 'cancelledAt', null, 'showCancelReason', null,
            'channel', 'web', 'contactEmail', null, 'customerName', null, 'cancelReason', null,
            'fees', '0.00', 'discount', '0.00', 'tax', b.tax, 'total', b.total_price::text,
            'refunded', '0.00', 'payment', null, 'refunds', json_build_array()) as answer
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
CREATE OR REPLACE FUNCTION public.contained_tax(p_price numeric, p_rate_bp integer)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select round(p_price * p_rate_bp / (10000 + p_rate_bp), 2)
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.end_pending(p_reservation uuid, p_reason text, p_actor uuid, p_only_late boolean, p_max_seconds double precision)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  v_of record;
  v_now timestamptz;
begin
  select showtime_id, theater_id, user_id into v_of from reservations where id = p_reservation;
  perform from showtimes where id = v_of.showtime_id for key share;
  perform from users where id = v_of.user_id for no key update;
  perform from reservations where id = p_reservation and status = 'pending' for update;
  if not found then
    return 'not_pending';
  end if;
  v_now := date_trunc('milliseconds', clock_timestamp());
  if p_only_late and exists (
      select from reservations where id = p_reservation and payment_deadline > v_now) then
    return 'not_pending';
  end if;
  -- An attempt that never reached a provider: its client has nothing to pay with.
  update payments set status = 'cancelled', updated_at = v_now
    where showtime_id = v_of.showtime_id and reservation_id = p_reservation
      and status in ('open', 'processing') and provider_ref is null;
  if exists (
      select from payments
        where showtime_id = v_of.showtime_id and reservation_id = p_reservation
          and status in ('open', 'processing')) then
    return 'payment_open';
  end if;
  perform end_reservation(p_reservation, p_reason, p_actor, v_now);
  perform free_paying(p_reservation, v_of.showtime_id, p_max_seconds);
  return 'ended';
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.end_reservation(p_reservation uuid, p_reason text, p_actor uuid, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$
  with ended as (
    update reservations
      set status = 'cancelled', cancelled_at = p_now, updated_at = p_now, cancel_reason = p_reason
      where id = p_reservation returning id, theater_id, showtime_id, user_id),
  fact as (
    insert into outbox (id, kind, key, payload, created_at)
      select gen_random_uuid(), 'reservation.cancelled', 'reservation.cancelled:' || id,
          jsonb_build_object('reservationId', id, 'cause',
            case when p_reason in ('customer', 'staff') then 'cancelled' else p_reason end), p_now
        from ended
      on conflict (key) do nothing)
  insert into reservation_events
      (theater_id, showtime_id, reservation_id, step, actor_id, created_at)
    select theater_id, showtime_id, id, 'cancelled', coalesce(p_actor, user_id), p_now from ended
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.extend_lock(p_user uuid, p_showtime uuid, p_seats uuid[], p_ttl_seconds double precision, p_max_seconds double precision, p_key text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_refusal json;
  v_answer json;
  v_now timestamptz;
  v_seats uuid[];
  v_gain interval;
  v_cap timestamptz;
  v_wanted uuid[] := p_seats;
  v_paying uuid[];
begin
  if p_key is not null then
    v_refusal := idempotency_begin(p_user, p_key, 'showtimes.extendLock', p_fingerprint);
    if v_refusal is not null then return v_refusal; end if;
  end if;
  perform from showtimes where id = p_showtime for key share;
  perform from users where id = p_user for no key update;
  perform from seat_claims
    where showtime_id = p_showtime and user_id = p_user and reservation_id is null
      and (p_seats is null or seat_id = any(p_seats))
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  v_refusal := booking_refusal(p_showtime, p_seats, v_now);
  if v_refusal is not null then return v_refusal; end if;
  -- Seats that are being paid for have the clock of the payment, which nothing extends.
  select array_agg(seat_id), max(lock_end(expires_at, paying_id)) into v_paying, v_cap
    from seat_claims
    where showtime_id = p_showtime and user_id = p_user and reservation_id is null
      and paying_id is not null and expires_at > v_now;
  if v_paying is not null then
    v_wanted := array(select unnest(p_seats) except select unnest(v_paying));
    if v_wanted = '{}' and (p_seats is not null or not exists (
        select from seat_claims
          where showtime_id = p_showtime and user_id = p_user and reservation_id is null
            and paying_id is null and expires_at > v_now)) then
      return json_build_object('outcome', 'extension_limit', 'maxExpiresAt', v_cap);
    end if;
    v_wanted := case when p_seats is not null then v_wanted end;
  end if;
  v_refusal := locks_missing(p_user, p_showtime, v_wanted, v_now);
  if v_refusal is not null then
    return json_build_object('outcome', 'lock_expired', 'seats', v_refusal);
  end if;

  select array_agg(seat_id),
      max(least(v_now + make_interval(secs => p_ttl_seconds),
        coalesce(hard_cap_at, locked_at + make_interval(secs => p_max_seconds))) - expires_at),
      min(coalesce(hard_cap_at, locked_at + make_interval(secs => p_max_seconds)))
    into v_seats, v_gain, v_cap
    from seat_claims
    where showtime_id = p_showtime and user_id = p_user and reservation_id is null
      and paying_id is null
      and (v_wanted is null or seat_id = any(v_wanted)) and expires_at > v_now;
  if v_gain < interval '1 second' then
    return json_build_object('outcome', 'extension_limit', 'maxExpiresAt', v_cap);
  end if;
  update seat_claims set expires_at = greatest(expires_at,
      least(v_now + make_interval(secs => p_ttl_seconds),
        coalesce(hard_cap_at, locked_at + make_interval(secs => p_max_seconds))))
    where showtime_id = p_showtime and seat_id = any(v_seats);
  v_answer := (seat_lock_answer(p_user, p_showtime, v_seats, p_max_seconds, v_now)).answer;
  if p_key is not null then
    perform idempotency_store(
      p_user, p_key, 'showtimes.extendLock', p_fingerprint, v_answer::text);
  end if;
  return json_build_object('outcome', 'ok', 'answer', v_answer);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.free_paying(p_reservation uuid, p_showtime uuid, p_max_seconds double precision)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_now timestamptz;
begin
  perform from seat_claims c
    join reservation_seats rs on rs.seat_id = c.seat_id and rs.reservation_id = p_reservation
    where c.showtime_id = p_showtime and c.paying_id = p_reservation
    order by c.seat_id for update of c;
  v_now := date_trunc('milliseconds', clock_timestamp());
  update seat_claims c set paying_id = null, locked_at = least(c.locked_at, v_now),
      expires_at = least(c.expires_at, v_now),
      hard_cap_at = coalesce(c.hard_cap_at, c.locked_at + make_interval(secs => p_max_seconds))
    from reservation_seats rs
    where rs.reservation_id = p_reservation and rs.seat_id = c.seat_id
      and c.showtime_id = p_showtime and c.paying_id = p_reservation;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.lock_end(p_expires timestamp with time zone, p_paying uuid)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case when p_paying is null then p_expires else p_expires - interval '60 seconds' end
$function$
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
        locked_at = excluded.locked_at, paying_id = null,
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
          locked_at = excluded.locked_at, expires_at = excluded.expires_at, hard_cap_at = null,
          paying_id = null
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
        and paying_id is null and expires_at > p_now
      limit 1;
    return case when found then null else '[]'::json end;
  end if;
  select json_agg(json_build_object('seatId', wanted, 'reason',
      case when c.seat_id is null or c.paying_id is not null or c.expires_at <= c.locked_at
          then 'not_locked'
        else 'expired' end) order by position)
    into v_missing
    from unnest(p_seats) with ordinality as w (wanted, position)
    left join seat_claims c on c.showtime_id = p_showtime and c.seat_id = wanted
      and c.user_id = p_user and c.reservation_id is null
    where c.seat_id is null or c.paying_id is not null or c.expires_at <= p_now;
  return v_missing;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.log_money(p_reservation reservations, p_kind text, p_kept numeric, p_data jsonb, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into reservation_log
      (id, theater_id, showtime_id, reservation_id, kind, kept, data, created_at)
    values (gen_random_uuid(), p_reservation.theater_id, p_reservation.showtime_id,
      p_reservation.id, p_kind, p_kept, p_data, p_now)
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.open_incident(p_kind text, p_subject text, p_payment uuid, p_data jsonb, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into incidents (id, kind, key, payment_id, data, opened_at)
    values (gen_random_uuid(), p_kind, p_kind || ':' || p_subject, p_payment, p_data, p_now)
    on conflict (key) do nothing
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.payment_answer(p_payment uuid)
 RETURNS json
 LANGUAGE sql
 STABLE
AS $function$
  select json_build_object(
      'id', p.id, 'reservationId', p.reservation_id, 'provider', p.provider, 'status', p.status,
      'amount', p.amount::text, 'currency', p.currency,
      'refunded', (
        select coalesce(sum(amount), 0)::numeric(12, 2)::text from refunds
          where payment_id = p.id and status <> 'failed'),
      'payBefore', r.payment_deadline, 'lastError', p.last_error, 'clientAction', null,
      'createdAt', p.created_at)
    from payments p join reservations r on r.id = p.reservation_id
    where p.id = p_payment
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.payment_opened(p_payment uuid, p_provider text, p_ref text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  v_reservation uuid;
begin
  select reservation_id into v_reservation from payments where id = p_payment;
  perform from reservations where id = v_reservation and status = 'pending' for no key update;
  if not found then
    return false;
  end if;
  update payments set provider = p_provider, provider_ref = p_ref,
      updated_at = clock_timestamp()
    where id = p_payment and status in ('open', 'processing')
      and (provider_ref is null or (provider = p_provider and provider_ref = p_ref));
  return found;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.refund_is_lost(p_refund refunds, p_reason text, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_reservation reservations%rowtype;
begin
  update refunds set last_error = left(p_reason, 500) where id = p_refund.id;
  perform open_incident(
    case when p_refund.cause in ('seats_gone', 'amount_mismatch') then 'paid_without_seats'
      else 'provider_differs' end,
    p_refund.id::text, p_refund.payment_id,
    jsonb_build_object('refundId', p_refund.id, 'amount', p_refund.amount::text,
      'reason', coalesce(p_reason, 'the provider could not return the money')),
    p_now);
  select r.* into v_reservation
    from payments p join reservations r on r.id = p.reservation_id
    where p.id = p_refund.payment_id;
  perform log_money(v_reservation, 'refund_failed', p_refund.amount,
    jsonb_build_object('refundId', p_refund.id), p_now);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.refund_refused(p_refund uuid, p_reason text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_refund refunds%rowtype;
  v_now timestamptz;
begin
  perform from reservations r
    where r.id = (
      select p.reservation_id from refunds f join payments p on p.id = f.payment_id
        where f.id = p_refund)
    for update;
  perform from payments
    where id = (select payment_id from refunds where id = p_refund) for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  update refunds set status = 'failed', settled_at = v_now
    where id = p_refund and status = 'pending'
    returning * into v_refund;
  if found then
    perform refund_is_lost(v_refund, p_reason, v_now);
  end if;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.request_refund(p_payment uuid, p_amount numeric, p_at_most boolean, p_cause text, p_reason text, p_actor uuid, OUT amount numeric, OUT remaining numeric)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_paid payments%rowtype;
  v_refund uuid := gen_random_uuid();
  v_now timestamptz;
begin
  -- Two refunds of one payment meet here.
  select * into v_paid from payments where id = p_payment for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  remaining := v_paid.captured
    - (select coalesce(sum(f.amount), 0) from refunds f
        where f.payment_id = p_payment and f.status <> 'failed')
    - case when v_paid.dispute = 'lost' then v_paid.disputed else 0 end;
  amount := case
    when p_amount <= remaining then p_amount
    when p_at_most then greatest(remaining, 0) end;
  if amount > 0 then
    insert into refunds
        (id, payment_id, amount, currency, cause, reason, requested_by, created_at)
      values (v_refund, p_payment, amount, coalesce(v_paid.captured_currency, v_paid.currency),
        p_cause, p_reason, p_actor, v_now);
    insert into outbox (id, kind, key, payload, created_at)
      values (gen_random_uuid(), 'refund.due', 'refund.due:' || v_refund,
        jsonb_build_object('refundId', v_refund), v_now);
  end if;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.reservation_answer(p_reservation uuid)
 RETURNS json
 LANGUAGE sql
 STABLE
AS $function$
  select json_build_object(
      'id', r.id, 'reference', r.reference, 'status', r.status,
      'showtime', json_build_object(
        'id', t.id, 'startTime', t.start_time, 'endTime', t.end_time,
        'movie', json_build_object('id', m.id, 'title', m.title),
        'theater', json_build_object('id', h.id, 'name', h.name)),
      'seats', line.seats,
      'totalPrice', r.total_price::text, 'currency', r.currency,
      'createdAt', r.created_at, 'cancelledAt', r.cancelled_at,
      'showCancelReason', t.cancel_reason,
      'channel', r.channel, 'contactEmail', r.contact_email, 'customerName', r.customer_name,
      'cancelReason', r.cancel_reason,
      'fees', r.fees::text, 'discount', line.discount, 'tax', line.tax,
      'total', (r.total_price + r.fees)::text,
      'refunded', coalesce(money.refunded, '0.00'),
      'payment', (
        select payment_answer(id) from payments
          where showtime_id = r.showtime_id and reservation_id = r.id
          order by status = 'succeeded' desc, created_at desc limit 1),
      'refunds', coalesce(money.refunds, '[]'::json))
    from reservations r
    join showtimes t on t.id = r.showtime_id
    join movies m on m.id = t.movie_id
    join theaters h on h.id = t.theater_id
    cross join lateral (
      select sum(rs.discount)::text as discount, sum(rs.tax)::text as tax,
          json_agg(json_build_object(
            'id', s.id, 'rowLabel', s.row_label, 'seatNumber', s.seat_number,
            'rowIndex', s.row_index, 'position', s.position, 'seatType', s.seat_type,
            'price', rs.price::text,
            'ticketType', json_build_object('id', k.id, 'code', k.code, 'name', k.name),
            'discount', rs.discount::text, 'tax', rs.tax::text, 'cancelledAt', rs.cancelled_at)
          order by s.row_index, s.position) as seats
        from reservation_seats rs
        join seats s on s.id = rs.seat_id
        join ticket_types k on k.id = rs.ticket_type_id
        where rs.reservation_id = r.id) line
    cross join lateral (
      select (sum(f.amount) filter (where f.status <> 'failed'))::text as refunded,
          json_agg(json_build_object(
            'id', f.id, 'amount', f.amount::text, 'status', f.status, 'createdAt', f.created_at)
          order by f.created_at, f.id) as refunds
        from payments p join refunds f on f.payment_id = p.id
        where p.showtime_id = r.showtime_id and p.reservation_id = r.id) money
    where r.id = p_reservation
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.reserve_seats(p_session uuid, p_token_ends timestamp with time zone, p_user uuid, p_showtime uuid, p_seats uuid[], p_reservation uuid, p_reference text, p_payment uuid, p_window_seconds double precision, p_minimum numeric, p_expected numeric, p_contact jsonb, p_max_reserved integer, p_key text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_show record;
  v_locks record;
  v_site record;
  v_result json;
  v_now timestamptz;
  v_role text;
  v_reserved bigint;
begin
  if not (sessions_live(array[p_session], array[p_user], array[p_token_ends]))[1] then
    return json_build_object('outcome', 'session_over');
  end if;
  if p_key is not null then
    v_result := idempotency_begin(p_user, p_key, 'reservations.create', p_fingerprint);
    if v_result is not null then return v_result; end if;
  end if;

  select theater_id, start_time, cancelled_at, currency into v_show
    from showtimes where id = p_showtime and archived_at is null
    for key share;
  select role into v_role from users where id = p_user and disabled_at is null for no key update;
  if not found then
    return json_build_object('outcome', 'user_disabled');
  end if;
  perform from seat_claims
    where showtime_id = p_showtime and seat_id = any(p_seats)
      and user_id = p_user and reservation_id is null
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  select count(*) as live, sum(price) as total,
      (array_agg(paying_id) filter (where paying_id is not null))[1] as paying
    into v_locks
    from seat_claims
    where showtime_id = p_showtime and seat_id = any(p_seats)
      and user_id = p_user and reservation_id is null and expires_at > v_now;
  if v_locks.live < cardinality(p_seats) or v_locks.paying is not null
      or v_show.cancelled_at is not null or v_show.start_time <= v_now then
    v_result := booking_refusal(p_showtime, p_seats, v_now);
    if v_result is null and v_locks.paying is not null then
      v_result := json_build_object('outcome', 'payment_pending',
        'reservationId', v_locks.paying);
    end if;
    return coalesce(v_result, json_build_object('outcome', 'lock_expired',
      'seats', locks_missing(p_user, p_showtime, p_seats, v_now)));
  end if;
  if p_max_reserved is not null and v_role <> 'admin' then
    select coalesce(sum(seat_count), 0) into v_reserved from reservations
      where user_id = p_user and showtime_id = p_showtime and status <> 'cancelled';
    if v_reserved + cardinality(p_seats) > p_max_reserved then
      return json_build_object('outcome', 'seat_limit', 'scope', 'showtime',
        'limit', p_max_reserved, 'locked', v_reserved, 'requested', cardinality(p_seats));
    end if;
  end if;
  if p_expected <> v_locks.total then
    return json_build_object('outcome', 'price_changed', 'expected', p_expected::text,
      'actual', v_locks.total::text);
  end if;

  if p_payment is null or v_locks.total = 0 then
    v_result := confirm_seats(p_user, p_showtime, p_seats, p_reservation, p_reference,
      p_max_reserved, null, null);
    if v_result->>'outcome' <> 'ok' then return v_result; end if;
  elsif v_locks.total < p_minimum then
    return json_build_object('outcome', 'amount_too_small', 'minimum', p_minimum::text,
      'currency', v_show.currency);
  else
    select i.tax_rate_bp, i.refund_policy into v_site
      from theaters h join sites i on i.id = h.site_id where h.id = v_show.theater_id;
    insert into reservations (id, reference, user_id, theater_id, showtime_id, status, total_price,
        seat_count, currency, payment_deadline, refund_policy, created_at, updated_at)
      values (p_reservation, p_reference, p_user, v_show.theater_id, p_showtime, 'pending',
        v_locks.total, cardinality(p_seats), v_show.currency,
        v_now + make_interval(secs => p_window_seconds), v_site.refund_policy, v_now, v_now)
      on conflict (reference) do nothing;
    if not found then
      return json_build_object('outcome', 'reference_taken');
    end if;
    insert into reservation_events
        (theater_id, showtime_id, reservation_id, step, actor_id, created_at)
      values (v_show.theater_id, p_showtime, p_reservation, 'pending', p_user, v_now);
    insert into payments (id, theater_id, showtime_id, reservation_id, status, amount, currency,
        created_at, updated_at)
      values (p_payment, v_show.theater_id, p_showtime, p_reservation, 'open', v_locks.total,
        v_show.currency, v_now, v_now);
    with paying as (
      update seat_claims set paying_id = p_reservation,
          expires_at = v_now + make_interval(secs => p_window_seconds + 60)
        where showtime_id = p_showtime and seat_id = any(p_seats)
        returning seat_id, theater_id, price)
    insert into reservation_seats
        (reservation_id, seat_id, showtime_id, theater_id, price, tax_rate_bp, tax)
      select p_reservation, seat_id, p_showtime, theater_id, price, v_site.tax_rate_bp,
          contained_tax(price, v_site.tax_rate_bp)
        from paying;
  end if;
  update reservations set contact_email = p_contact->>'email',
      contact_phone = p_contact->>'phone', locale = p_contact->>'locale'
    where id = p_reservation and p_contact is not null;

  v_result := reservation_answer(p_reservation);
  if p_key is not null then
    perform idempotency_store(
      p_user, p_key, 'reservations.create', p_fingerprint, v_result::text);
  end if;
  return json_build_object('outcome', 'ok', 'answer', v_result);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.return_all(p_paid payments, p_outcome text, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if p_outcome = 'mismatch' then
    perform open_incident('amount_mismatch', p_paid.id::text, p_paid.id,
      jsonb_build_object('amount', p_paid.amount::text, 'currency', p_paid.currency,
        'received', p_paid.captured::text,
        'receivedCurrency', coalesce(p_paid.captured_currency, p_paid.currency)),
      p_now);
  end if;
  perform request_refund(p_paid.id, p_paid.captured, true,
    case p_outcome when 'gone' then 'seats_gone' else 'amount_mismatch' end, null, null);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.seat_lock_answer(p_user uuid, p_showtime uuid, p_seats uuid[], p_max_seconds double precision, p_now timestamp with time zone, OUT held bigint, OUT answer json)
 RETURNS record
 LANGUAGE sql
 STABLE
AS $function$
  select count(*), json_build_object(
      'showtimeId', p_showtime,
      'now', p_now,
      'seats', json_agg(json_build_object(
          'seatId', c.seat_id,
          'price', c.price::text,
          'expiresAt', lock_end(c.expires_at, c.paying_id),
          'maxExpiresAt', greatest(lock_end(c.expires_at, c.paying_id),
            coalesce(c.hard_cap_at, c.locked_at + make_interval(secs => p_max_seconds))))
        order by s.row_index, s.position),
      'totalPrice', sum(c.price)::text,
      'currency', (select currency from showtimes where id = p_showtime),
      'expiresAt', min(lock_end(c.expires_at, c.paying_id)),
      'maxExpiresAt', min(greatest(lock_end(c.expires_at, c.paying_id),
        coalesce(c.hard_cap_at, c.locked_at + make_interval(secs => p_max_seconds)))))
    from seat_claims c
    join seats s on s.id = c.seat_id
    where c.showtime_id = p_showtime and c.seat_id = any(p_seats)
      and c.user_id = p_user and c.reservation_id is null and c.expires_at > p_now
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.settle_payment(p_payment uuid, p_observed jsonb, p_max_seconds double precision, OUT outcome text, OUT seats integer)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_paid payments%rowtype;
  v_reservation reservations%rowtype;
  v_now timestamptz;
begin
  select * into v_paid from payments where id = p_payment;
  select * into v_reservation from reservations where id = v_paid.reservation_id;
  -- The house's order of row locks; the payment belongs to its reservation.
  perform from showtimes where id = v_reservation.showtime_id for key share;
  perform from users where id = v_reservation.user_id for no key update;
  select * into v_reservation from reservations where id = v_reservation.id for update;
  select * into v_paid from payments where id = p_payment for update;
  v_now := date_trunc('milliseconds', clock_timestamp());

  if v_paid.status = 'succeeded' then
    outcome := 'already';
  elsif p_observed->>'status' = 'succeeded' then
    update payments set status = 'succeeded', captured = (p_observed->>'received')::numeric,
        captured_currency = nullif(p_observed->>'currency', currency),
        last_error = null, succeeded_at = v_now, updated_at = v_now
      where id = p_payment
      returning * into v_paid;
    if v_paid.captured <> v_paid.amount or v_paid.captured_currency is not null then
      outcome := 'mismatch';
    else
      outcome := settle_reservation(v_reservation, v_now);
    end if;
    if outcome in ('gone', 'mismatch') then
      perform return_all(v_paid, outcome, v_now);
      if v_reservation.status = 'pending' then
        perform end_reservation(v_reservation.id,
          case outcome when 'gone' then 'seats_gone' else 'payment_expired' end, null, v_now);
        perform free_paying(v_reservation.id, v_reservation.showtime_id, p_max_seconds);
      end if;
    end if;
    -- Another attempt to pay for the same reservation must not succeed as well.
    insert into outbox (id, kind, key, payload, created_at)
      select gen_random_uuid(), 'payment.unwanted', 'payment.unwanted:' || v_reservation.id,
          jsonb_build_object('reservationId', v_reservation.id), v_now
        from payments
        where showtime_id = v_reservation.showtime_id and reservation_id = v_reservation.id
          and status in ('open', 'processing')
      on conflict (key) do nothing;
  else
    outcome := p_observed->>'status';
    update payments set status = outcome, last_error = left(p_observed->>'lastError', 500),
        updated_at = v_now
      where id = p_payment and status <> 'cancelled'
        and (status, last_error) is distinct from (outcome, left(p_observed->>'lastError', 500));
  end if;
  perform settle_refunds(v_paid, v_reservation, p_observed, v_now);
  seats := v_reservation.seat_count;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.settle_refunds(p_paid payments, p_reservation reservations, p_observed jsonb, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_seen record;
  v_ours refunds%rowtype;
  v_dispute text := p_observed->'dispute'->>'status';
  v_disputed numeric := (p_observed->'dispute'->>'amount')::numeric;
  v_lost numeric;
begin
  for v_seen in
    select * from jsonb_to_recordset(coalesce(p_observed->'refunds', '[]')) as r (
      ref text, "refundId" text, status text, amount numeric, reason text)
  loop
    select * into v_ours from refunds
      where payment_id = p_paid.id and (id::text = v_seen."refundId" or provider_ref = v_seen.ref);
    if not found then
      insert into refunds (id, payment_id, amount, currency, status, cause, reason, provider_ref,
          created_at, settled_at)
        values (gen_random_uuid(), p_paid.id, v_seen.amount,
          coalesce(p_paid.captured_currency, p_paid.currency), v_seen.status, 'elsewhere',
          v_seen.reason, v_seen.ref, p_now, case when v_seen.status <> 'pending' then p_now end);
      perform open_incident('refund_elsewhere', v_seen.ref, p_paid.id,
        jsonb_build_object('refund', v_seen.ref, 'amount', v_seen.amount::text), p_now);
      if v_seen.status <> 'failed' then
        perform log_money(p_reservation, 'refunded', -v_seen.amount,
          jsonb_build_object('refund', v_seen.ref), p_now);
      end if;
    elsif v_ours.status <> 'pending' and v_seen.status = 'pending' then
      -- An observation that a newer one has overtaken.
      continue;
    elsif v_ours.status <> v_seen.status or v_ours.provider_ref is null then
      update refunds set status = v_seen.status, provider_ref = v_seen.ref,
          settled_at = case when v_seen.status <> 'pending' then p_now end
        where id = v_ours.id;
      if v_seen.status = 'failed' and v_ours.status <> 'failed' then
        perform refund_is_lost(v_ours, v_seen.reason, p_now);
      elsif v_ours.status = 'failed' and v_seen.status <> 'failed' then
        -- It was given up, and made nevertheless.
        perform log_money(p_reservation, 'refunded', -v_ours.amount,
          jsonb_build_object('refundId', v_ours.id), p_now);
      end if;
    end if;
  end loop;

  if v_dispute is not null
      and (v_dispute, v_disputed) is distinct from (p_paid.dispute, p_paid.disputed) then
    update payments set dispute = v_dispute, disputed = v_disputed, updated_at = p_now
      where id = p_paid.id;
    perform open_incident('dispute', p_paid.id::text, p_paid.id,
      jsonb_build_object('amount', v_disputed::text), p_now);
    v_lost := case when v_dispute = 'lost' then v_disputed else 0 end
      - case when p_paid.dispute = 'lost' then p_paid.disputed else 0 end;
    if v_lost <> 0 then
      perform log_money(p_reservation,
        case when v_lost > 0 then 'charged_back' else 'charge_back_won' end, -v_lost, '{}', p_now);
    end if;
  end if;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.settle_reservation(p_reservation reservations, p_now timestamp with time zone)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  v_now timestamptz;
  v_wanted integer;
  v_mine integer;
  v_taken integer;
  v_others uuid[];
begin
  perform from showtimes
    where id = p_reservation.showtime_id and cancelled_at is null and archived_at is null
      and end_time > clock_timestamp();
  if not found or p_reservation.status <> 'pending' then
    return 'gone';
  end if;
  perform from seat_claims c
    join reservation_seats rs on rs.seat_id = c.seat_id and rs.reservation_id = p_reservation.id
    where c.showtime_id = p_reservation.showtime_id
    order by c.seat_id for update of c;
  -- After the locks: they may have waited for another customer.
  v_now := date_trunc('milliseconds', clock_timestamp());
  select count(*),
      count(*) filter (where c.user_id = p_reservation.user_id and c.reservation_id is null
        and c.expires_at > v_now),
      array_agg(distinct c.paying_id) filter (where c.user_id = p_reservation.user_id
        and c.paying_id <> p_reservation.id and c.expires_at > v_now)
    into v_wanted, v_mine, v_others
    from reservation_seats rs
    left join seat_claims c on c.showtime_id = p_reservation.showtime_id and c.seat_id = rs.seat_id
    where rs.reservation_id = p_reservation.id;
  begin
    with sold as (
      insert into seat_claims as c (showtime_id, seat_id, theater_id, user_id, price, locked_at,
          expires_at, reservation_id)
        select p_reservation.showtime_id, rs.seat_id, rs.theater_id, p_reservation.user_id,
            rs.price, p_reservation.created_at, null, p_reservation.id
          from reservation_seats rs join seats s on s.id = rs.seat_id and s.archived_at is null
          where rs.reservation_id = p_reservation.id
          order by rs.seat_id
      on conflict (showtime_id, seat_id) do update set
        user_id = excluded.user_id, client = null, price = excluded.price,
        locked_at = excluded.locked_at, expires_at = null, hard_cap_at = null, paying_id = null,
        reservation_id = excluded.reservation_id
        where c.reservation_id is null and c.kind = 'lock'
          and (c.user_id = excluded.user_id or c.expires_at <= v_now)
      returning c.seat_id)
    select count(*) into v_taken from sold;
    if v_taken < v_wanted then
      raise exception 'seats are gone' using errcode = 'MT001';
    end if;
  exception when sqlstate 'MT001' then
    return 'gone';
  end;
  update reservations set status = 'confirmed', updated_at = v_now where id = p_reservation.id;
  insert into reservation_events
      (theater_id, showtime_id, reservation_id, step, actor_id, created_at)
    values (p_reservation.theater_id, p_reservation.showtime_id, p_reservation.id, 'confirmed',
      p_reservation.user_id, v_now);
  insert into outbox (id, kind, key, payload, created_at)
    values (gen_random_uuid(), 'reservation.confirmed',
      'reservation.confirmed:' || p_reservation.id,
      jsonb_build_object('reservationId', p_reservation.id), v_now)
    on conflict (key) do nothing;
  insert into outbox (id, kind, key, payload, created_at)
    select gen_random_uuid(), 'payment.unwanted', 'payment.unwanted:' || other,
        jsonb_build_object('reservationId', other), v_now
      from unnest(v_others) as other
    on conflict (key) do nothing;
  return case when v_mine = v_wanted then 'confirmed' else 'reclaimed' end;
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
      and paying_id is null
      and (p_seats is null or seat_id = any(p_seats))
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  with own as (
    select seat_id, expires_at > v_now as is_live from seat_claims
      where showtime_id = p_showtime and user_id = p_user and reservation_id is null
        and paying_id is null
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
 * What payments, prices and tickets need in the tables that every sale writes. No row is written; the
 * checks are validated while customers buy.
 */
export class MoneyColumns extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    // A function may call one that is created after it.
    const loose = 'set check_function_bodies = off';
    const steps = [...columns, ...constraints, ...superfluous, ...indexes, loose, ...functions];
    for (const statement of steps) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
