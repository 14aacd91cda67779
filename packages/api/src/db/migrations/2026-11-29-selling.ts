import { Migration } from '@mikro-orm/migrations';

/** Frozen copies of `functions/*.sql` as they were then. */
const functions = [
  /* sql */ `
CREATE OR REPLACE FUNCTION public.block_refusal(p_showtime uuid, p_seats uuid[])
 RETURNS json
 LANGUAGE sql
AS $function$
  with taken as (
    select s.id, s.row_index, s.position, c.reservation_id
      from unnest(p_seats) wanted
      join seats s on s.id = wanted
      join seat_claims c on c.showtime_id = p_showtime and c.seat_id = s.id),
  sold as (
    select r.id, r.reference, r.created_at,
        json_agg(t.id order by t.row_index, t.position) as seats
      from taken t join reservations r on r.id = t.reservation_id
      group by r.id)
  select case
    when exists (select from sold) then json_build_object('outcome', 'seats_sold',
      'reservations', (
        select json_agg(json_build_object('id', id, 'reference', reference, 'seatIds', seats)
            order by created_at, id)
          from sold))
    when exists (select from taken) then json_build_object('outcome', 'seats_unavailable',
      'seats', (
        select json_agg(json_build_object('seatId', id, 'reason', 'locked')
            order by row_index, position)
          from taken)) end
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.block_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_block uuid, p_kind text, p_reason text, p_release_at timestamp with time zone)
 RETURNS json
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_show record;
  v_refusal json;
  v_now timestamptz;
  v_taken uuid[];
begin
  if p_release_at <= clock_timestamp() then
    return json_build_object('outcome', 'release_past');
  end if;
  -- The theater comes before the showtime, and the key of the block takes it.
  perform from theaters
    where id = (select theater_id from showtimes where id = p_showtime) for key share;
  select theater_id, end_time into v_show
    from showtimes where id = p_showtime and archived_at is null
    for key share;
  -- The box office may sell after the start, so a block is possible until the end.
  v_refusal := booking_refusal(p_showtime, p_seats, clock_timestamp());
  if v_refusal->>'outcome' <> 'showtime_started' or v_show.end_time <= clock_timestamp() then
    return v_refusal;
  end if;
  perform from users where id = p_user and disabled_at is null for no key update;
  if not found then
    return json_build_object('outcome', 'user_disabled');
  end if;

  begin
    v_now := date_trunc('milliseconds', clock_timestamp());
    insert into seat_blocks
        (id, theater_id, showtime_id, kind, reason, release_at, actor_id, created_at)
      values (p_block, v_show.theater_id, p_showtime, p_kind, p_reason, p_release_at, p_user, v_now);
    -- Seats in the order of their ids, so that a block and a customer who cross wait and never
    -- deadlock. The WHERE sees the row that won, after the wait.
    with taken as (
      insert into seat_claims as c (showtime_id, seat_id, theater_id, user_id, price, locked_at,
          expires_at, kind, block_id)
        select p_showtime, s.id, v_show.theater_id, p_user, 0, least(v_now, p_release_at),
            p_release_at, 'block', p_block
          from seats s
          where s.id = any(p_seats)
          order by s.id
      on conflict (showtime_id, seat_id) do update set
        user_id = excluded.user_id, client = null, price = excluded.price,
        locked_at = excluded.locked_at, expires_at = excluded.expires_at, hard_cap_at = null,
        paying_id = null, price_list_id = null, price_point_id = null,
        kind = excluded.kind, block_id = excluded.block_id
        where c.kind = 'block' or c.expires_at <= clock_timestamp()
      returning c.seat_id)
    select array_agg(seat_id) into v_taken from taken;
    v_refusal := block_refusal(p_showtime,
      array(select unnest(p_seats) except select unnest(v_taken)));
    if v_refusal is not null then
      raise exception 'seats are taken' using errcode = 'MT001';
    end if;
  exception when sqlstate 'MT001' then
    return v_refusal;
  end;
  return json_build_object('outcome', 'ok', 'answer', null);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.claim_is_open(p_claim seat_claims, p_operator uuid, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select p_claim.reservation_id is null and (p_claim.expires_at <= p_now
    or p_claim.kind = 'lock' and p_claim.user_id = p_operator and p_claim.paying_id is null
    or p_claim.kind = 'block' and exists (
      select from seat_blocks where id = p_claim.block_id and kind = 'house'))
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.client_of_young(p_client bigint, p_role text, p_created_at timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
AS $function$
  select p_client
    where p_role = 'guest'
      or p_role not in ('admin', 'staff') and p_created_at > clock_timestamp() - interval '1 day'
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.confirm_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_reservation uuid, p_reference text, p_max_reserved integer, p_key text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
begin
  return confirm_seats(p_user, p_showtime, p_seats, null::uuid[], p_reservation, p_reference,
    p_max_reserved, p_key, p_fingerprint);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.confirm_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_reservation uuid, p_reference text, p_key text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
begin
  return confirm_seats(p_user, p_showtime, p_seats, null::uuid[], p_reservation, p_reference,
    null::integer, p_key, p_fingerprint);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.confirm_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_types uuid[], p_reservation uuid, p_reference text, p_max_reserved integer, p_key text, p_fingerprint text)
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
  v_terms record;
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
  select count(*) as live into v_locks
    from seat_claims
    where showtime_id = p_showtime and seat_id = any(p_seats)
      and user_id = p_user and reservation_id is null and paying_id is null
      and kind = 'lock' and expires_at > v_now;
  if v_locks.live < cardinality(p_seats) or v_show.cancelled_at is not null
      or v_show.start_time <= v_now then
    v_refusal := booking_refusal(p_showtime, p_seats, v_now);
    return coalesce(v_refusal, json_build_object('outcome', 'lock_expired',
      'seats', locks_missing(p_user, p_showtime, p_seats, v_now)));
  end if;

  if p_max_reserved is not null and v_role not in ('admin', 'staff') then
    select coalesce(sum(seat_count), 0) into v_reserved from reservations
      where user_id = p_user and showtime_id = p_showtime and status = 'confirmed';
    if v_reserved + cardinality(p_seats) > p_max_reserved then
      return json_build_object('outcome', 'seat_limit', 'scope', 'showtime',
        'limit', p_max_reserved, 'locked', v_reserved, 'requested', cardinality(p_seats));
    end if;
  end if;

  v_terms := purchase_terms(p_user, p_showtime, p_seats, p_types, v_now);
  if v_terms.refusal is not null then
    return v_terms.refusal;
  end if;
  with bought as (
    insert into reservations (id, reference, user_id, theater_id, showtime_id, status, total_price,
        fees, seat_count, currency, created_at, updated_at)
      values (p_reservation, p_reference, p_user, v_show.theater_id, p_showtime, 'confirmed',
        v_terms.total, v_terms.fees, cardinality(p_seats), v_show.currency, v_now, v_now)
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
  insert into reservation_seats
      (reservation_id, seat_id, showtime_id, theater_id, price, ticket_type_id, tax_rate_bp, tax)
    select p_reservation, seat_id, p_showtime, v_show.theater_id, price, ticket_type_id, tax_rate_bp,
        contained_tax(price, tax_rate_bp)
      from unnest(v_terms.seats, v_terms.prices, v_terms.types, v_terms.tax_rates)
        as l (seat_id, price, ticket_type_id, tax_rate_bp);
  update seat_claims c set reservation_id = p_reservation, expires_at = null, client = null,
      price = rs.price
    from reservation_seats rs
    where rs.reservation_id = p_reservation and c.showtime_id = p_showtime
      and c.seat_id = rs.seat_id;

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
  v_is_plain boolean;
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

  select json_build_object('id', id, 'code', code, 'name', name),
      max_age is null and min_per_booking is null and not with_adult
    into v_type, v_is_plain
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
          and (p_max_reserved is null or u.role in ('admin', 'staff')
            or p_max_reserved >= cardinality(c.seats) + (
              select coalesce(sum(seat_count), 0) from reservations
                where user_id = c.user_id and showtime_id = c.showtime_id
                  and status = 'confirmed'))),
    seat as materialized (
      select call.place, call.reservation_id, call.showtime_id, call.theater_id,
          l.seat_id, l.price, r.tax_rate_bp, contained_tax(l.price, r.tax_rate_bp) as tax,
          r.fee, r.type_id,
          case when l.price_list_id is null then v_type else (
            select json_build_object('id', id, 'code', code, 'name', name)
              from ticket_types where id = r.type_id) end as ticket_type,
          s.row_label, s.seat_number, s.row_index, s.position, s.seat_type
        from call
        cross join unnest(call.seats) as wanted
        cross join lateral (
          select seat_id, price, price_list_id from seat_claims
            where showtime_id = call.showtime_id and seat_id = wanted
              and user_id = call.user_id and reservation_id is null and paying_id is null
              and kind = 'lock' and expires_at > v_now
            offset 0) l
        cross join lateral (
          select row_label, seat_number, row_index, position, seat_type from seats
            where id = wanted
            offset 0) s
        left join lateral (
          select default_type_id, tax_rate_bp, booking_fee from price_lists
            where id = l.price_list_id
            offset 0) v on true
        cross join lateral (
          select coalesce(v.tax_rate_bp, call.tax_rate_bp) as tax_rate_bp,
              coalesce(v.booking_fee, 0) as fee,
              coalesce(v.default_type_id, '00000000-0000-7000-8000-000000000001') as type_id) r
        -- A type with rules is judged by confirm_seats.
        where case when l.price_list_id is null then v_is_plain else exists (
          select from ticket_types
            where id = r.type_id and max_age is null and min_per_booking is null
              and not with_adult) end),
    basket as materialized (
      select place, count(*) as seats, sum(price)::numeric(12, 2) as total_price,
          max(fee)::numeric(12, 2) as fees,
          sum(tax)::text as tax,
          json_agg(json_build_object(
              'id', seat_id, 'rowLabel', row_label, 'seatNumber', seat_number,
              'rowIndex', row_index, 'position', position, 'seatType', seat_type,
              'price', price::text, 'ticketType', ticket_type, 'discount', '0.00',
              'tax', tax::text, 'cancelledAt', null)
            order by row_index, position) as items
        from seat group by place),
    bought as (
      insert into reservations (id, reference, user_id, theater_id, showtime_id, status,
          total_price, fees, seat_count, currency, created_at, updated_at)
        select c.reservation_id, c.reference, c.user_id, c.theater_id, c.showtime_id, 'confirmed',
            b.total_price, b.fees, b.seats, c.currency, v_now, v_now
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
          (reservation_id, seat_id, showtime_id, theater_id, price, ticket_type_id, tax_rate_bp,
            tax)
        select s.reservation_id, s.seat_id, s.showtime_id, s.theater_id, s.price, s.type_id,
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
            'fees', b.fees::text, 'discount', '0.00', 'tax', b.tax,
            'total', (b.total_price + b.fees)::text,
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
          else confirm_seats(c.user_id, c.showtime_id, c.seats::uuid[], null, c.reservation_id,
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
CREATE OR REPLACE FUNCTION public.end_reservation(p_reservation uuid, p_reason text, p_actor uuid, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$
  with ended as (
    update reservations
      set status = 'cancelled', cancelled_at = p_now, updated_at = p_now,
        cancel_reason = case p_reason when 'exchanged' then 'staff' else p_reason end
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
      and kind = 'lock' and (p_seats is null or seat_id = any(p_seats))
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
            and paying_id is null and kind = 'lock' and expires_at > v_now)) then
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
      and paying_id is null and kind = 'lock'
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
CREATE OR REPLACE FUNCTION public.list_price(p_showtime uuid, p_type uuid, p_seat_type text)
 RETURNS numeric
 LANGUAGE sql
 STABLE
AS $function$
  select case when p_type = coalesce(v.default_type_id, '00000000-0000-7000-8000-000000000001')
      then seat_price(p_seat_type, t.price, t.premium_price, t.vip_price)
      else ticket_price(v.id, p_type, p_seat_type) end
    from showtimes t left join price_lists v on v.id = t.price_version_id
    where t.id = p_showtime
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.lock_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_ttl_seconds double precision, p_max_seconds double precision, p_max_seats integer, p_max_everywhere integer, p_keep_seconds double precision, p_client bigint, p_max_client integer, p_accessibility boolean, p_key text, p_fingerprint text)
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
  v_everywhere integer;
  v_has_rules boolean;
  v_of_client bigint;
  v_got record;
begin
  if p_key is not null then
    v_refusal := idempotency_begin(p_user, p_key, 'showtimes.lockSeats', p_fingerprint);
    if v_refusal is not null then return v_refusal; end if;
  end if;

  select theater_id, start_time, cancelled_at, price, premium_price, vip_price, price_version_id
    into v_show
    from showtimes where id = p_showtime and archived_at is null
    for key share;
  if not found then
    return json_build_object('outcome', 'showtime_not_found');
  end if;
  select client_of_young(p_client, role, created_at),
      case when role not in ('admin', 'staff') then p_max_everywhere end,
      role not in ('admin', 'staff')
    into v_client, v_everywhere, v_has_rules
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
        count(*) filter (where c.user_id = p_user and c.reservation_id is null and c.kind = 'lock')
          as kept,
        bool_or(c.user_id <> p_user or c.reservation_id is not null or c.kind = 'block'
          or (c.seat_id is null and s.out_of_order)) as conflict,
        v_has_rules and bool_or(s.features && '{wheelchair,companion,pair}') as ruled,
        (select count(*) from seat_claims
          where user_id = p_user and showtime_id = p_showtime and reservation_id is null
            and kind = 'lock' and expires_at > clock_timestamp()) as mine,
        (select count(*) from seat_claims
          where v_everywhere is not null and user_id = p_user and reservation_id is null
            and kind = 'lock' and expires_at > clock_timestamp()) as everywhere
      into v_seen
      from unnest(p_seats) wanted
      left join seats s
        on s.id = wanted and s.theater_id = v_show.theater_id and s.archived_at is null
      left join seat_claims c on c.showtime_id = p_showtime and c.seat_id = wanted
        and (c.expires_at is null or c.expires_at > clock_timestamp());
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
    if v_seen.everywhere - v_seen.kept + cardinality(p_seats) > v_everywhere then
      return json_build_object('outcome', 'seat_limit', 'scope', 'account',
        'limit', v_everywhere, 'locked', v_seen.everywhere, 'requested', cardinality(p_seats));
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
    if v_seen.ruled then
      v_refusal := seat_rule(p_user, p_showtime, p_seats, p_accessibility);
      if v_refusal is not null then return v_refusal; end if;
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
          and reservation_id is null and kind = 'lock' and expires_at <= clock_timestamp()
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
        (showtime_id, seat_id, theater_id, user_id, client, price, price_list_id, locked_at,
          expires_at)
      select p_showtime, s.id, v_show.theater_id, p_user, v_client,
          seat_price(s.seat_type, v_show.price, v_show.premium_price, v_show.vip_price),
          v_show.price_version_id, v_began, v_began + make_interval(secs => p_ttl_seconds)
        from seats s
        where s.id = any(p_seats)
        order by s.id
      on conflict (showtime_id, seat_id) do update set
        user_id = excluded.user_id, client = excluded.client, price = excluded.price,
        price_list_id = excluded.price_list_id, locked_at = excluded.locked_at, paying_id = null,
        kind = 'lock', block_id = null,
        (expires_at, hard_cap_at) = (
          select least(excluded.expires_at, kept.cap), kept.cap
            from (select case
              when c.user_id = excluded.user_id and c.kind = 'lock'
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
CREATE OR REPLACE FUNCTION public.lock_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_ttl_seconds double precision, p_max_seconds double precision, p_max_seats integer, p_max_everywhere integer, p_keep_seconds double precision, p_client bigint, p_max_client integer, p_key text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
begin
  return lock_seats(p_user, p_showtime, p_seats, p_ttl_seconds, p_max_seconds, p_max_seats,
    p_max_everywhere, p_keep_seconds, p_client, p_max_client, null::boolean, p_key, p_fingerprint);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.lock_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_ttl_seconds double precision, p_max_seconds double precision, p_max_seats integer, p_key text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
begin
  return lock_seats(p_user, p_showtime, p_seats, p_ttl_seconds, p_max_seconds, p_max_seats,
    null::integer, null::double precision, null::bigint, null::integer, null::boolean,
    p_key, p_fingerprint);
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
      select c.*, u.client, t.theater_id, t.price, t.premium_price, t.vip_price, t.currency,
          t.price_version_id
        from (
          select place, user_id, showtime_id, seats::uuid[] as seats, key, fingerprint,
              client as any_client, is_first_of_client
            from (
              -- Of all requests: one that is left for lock_seats comes first for its client too.
              select *, p_max_client is null or client is null
                  or row_number() over (partition by showtime_id, client order by place) = 1
                  as is_first_of_client
                from unnest(p_live, v_first, v_free, p_users, p_showtimes, p_seats, p_keys,
                    p_fingerprints, p_clients)
                  with ordinality
                  as u (live, first, free, user_id, showtime_id, seats, key, fingerprint, client,
                    place)) u
            where live and first and free) c
        cross join lateral (
          select theater_id, price, premium_price, vip_price, currency, price_version_id
            from showtimes
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
                and reservation_id is null and kind = 'lock' and expires_at > v_now)
          and (p_max_everywhere is null or p_max_everywhere >= cardinality(c.seats) + (
            select count(*) from seat_claims
              where user_id = c.user_id and reservation_id is null and kind = 'lock'
                and expires_at > v_now))),
    seat as materialized (
      select w.*, not bool_or(is_taken) over of_call
          and count(*) over of_call = cardinality(seats) as is_straight
        from (
          select call.*, s.id as seat_id, s.seat_type, s.row_index, s.position,
              seat_price(s.seat_type, call.price, call.premium_price, call.vip_price)
                as seat_price,
              exists (select from seat_claims
                where showtime_id = call.showtime_id and seat_id = s.id
                  and (expires_at is null or expires_at > v_now
                    or (user_id = call.user_id and p_keep_seconds is not null))) as is_taken
            from call
            cross join unnest(call.seats) as wanted
            cross join lateral (
              select id, seat_type, row_index, position from seats
                where id = wanted and theater_id = call.theater_id
                  and archived_at is null and not out_of_order
                  and not features && '{wheelchair,companion,pair}'
                offset 0) s) w
        window of_call as (partition by w.place)),
    taken as (
      -- In the order of the ids, so that two who cross wait and never deadlock. First-time lockers of
      -- one seat meet at the primary key; the WHERE sees the row that won, after the wait.
      insert into seat_claims as c
          (showtime_id, seat_id, theater_id, user_id, client, price, price_list_id, locked_at,
            expires_at)
        select showtime_id, seat_id, theater_id, user_id, client, seat_price, price_version_id,
            v_now, v_ends
          from seat where is_straight
          order by showtime_id, seat_id
        on conflict (showtime_id, seat_id) do update set
          user_id = excluded.user_id, client = excluded.client, price = excluded.price,
          price_list_id = excluded.price_list_id, locked_at = excluded.locked_at,
          expires_at = excluded.expires_at, hard_cap_at = null, paying_id = null, kind = 'lock',
          block_id = null
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
                -- A call for each seat would cost more than the rest of the answer.
                'prices', case when s.price_version_id is null
                  then json_build_array(json_build_object('ticketTypeId',
                    '00000000-0000-7000-8000-000000000001', 'price', s.seat_price::text))
                  else ticket_prices(s.price_version_id, s.seat_type) end,
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
CREATE OR REPLACE FUNCTION public.lock_seats_together(p_sessions uuid[], p_tokens_end timestamp with time zone[], p_users uuid[], p_showtimes uuid[], p_seats text[], p_keys text[], p_fingerprints text[], p_ttl_seconds double precision, p_max_seconds double precision, p_max_seats integer, p_max_everywhere integer, p_keep_seconds double precision, p_clients bigint[], p_max_client integer, p_accessibility boolean[], p_lock_timeout text)
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
            c.client, p_max_client, c.accessibility, c.key, c.fingerprint) end
      from unnest(v_live, p_users, p_showtimes, p_seats, p_clients, p_accessibility, p_keys,
          p_fingerprints)
        with ordinality as c (live, user_id, showtime_id, seats, client, accessibility, key,
          fingerprint, place)
      where c.place <> all (v_done);
  end if;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.lock_seats_together(p_sessions uuid[], p_tokens_end timestamp with time zone[], p_users uuid[], p_showtimes uuid[], p_seats text[], p_keys text[], p_fingerprints text[], p_ttl_seconds double precision, p_max_seconds double precision, p_max_seats integer, p_max_everywhere integer, p_keep_seconds double precision, p_clients bigint[], p_max_client integer, p_lock_timeout text)
 RETURNS TABLE(place integer, result json)
 LANGUAGE plpgsql
AS $function$
begin
  return query select t.place, t.result from lock_seats_together(p_sessions, p_tokens_end, p_users,
    p_showtimes, p_seats, p_keys, p_fingerprints, p_ttl_seconds, p_max_seconds, p_max_seats,
    p_max_everywhere, p_keep_seconds, p_clients, p_max_client,
    array_fill(null::boolean, array[cardinality(p_users)]), p_lock_timeout) t;
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
        and paying_id is null and kind = 'lock' and expires_at > p_now
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
      and c.user_id = p_user and c.reservation_id is null and c.kind = 'lock'
    where c.seat_id is null or c.paying_id is not null or c.expires_at <= p_now;
  return v_missing;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.move_seats(p_operator uuid, p_reservation uuid, p_from uuid[], p_to uuid[], p_is_waived boolean)
 RETURNS json
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_sale reservations%rowtype;
  v_length interval;
  v_now timestamptz;
  v_refusal json;
  v_sold uuid[];
  v_moves jsonb;
  v_difference numeric;
  v_taken integer;
begin
  select * into v_sale from reservations where id = p_reservation;
  perform from seat_claims
    where showtime_id = v_sale.showtime_id and seat_id = any(p_from || p_to)
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  select end_time - start_time into v_length from showtimes where id = v_sale.showtime_id;
  v_refusal := booking_refusal(v_sale.showtime_id, p_to, v_now - v_length);
  if v_refusal is not null then return v_refusal; end if;

  select jsonb_agg(jsonb_build_object('from', l.seat_id, 'to', m.new_id, 'price', n.price,
        'discount', n.discount, 'before', l.price, 'taxRate', l.tax_rate_bp,
        'type', l.ticket_type_id, 'version', l.ticket_version + 1, 'lockedAt', c.locked_at)),
      sum(n.price - l.price)
    into v_moves, v_difference
    from unnest(p_from, p_to) as m (old_id, new_id)
    join reservation_seats l on l.reservation_id = p_reservation and l.seat_id = m.old_id
    join seats a on a.id = m.old_id
    join seats b on b.id = m.new_id
    left join seat_claims c on c.showtime_id = v_sale.showtime_id and c.seat_id = m.old_id
    cross join lateral (
      -- A type that has left the list costs as much more as the first type does.
      select coalesce(
          list_price(v_sale.showtime_id, l.ticket_type_id, b.seat_type)
            - list_price(v_sale.showtime_id, l.ticket_type_id, a.seat_type),
          seat_price(b.seat_type, t.price, t.premium_price, t.vip_price)
            - seat_price(a.seat_type, t.price, t.premium_price, t.vip_price)) as more,
          exists (
            select from payments
              where showtime_id = t.id and reservation_id = p_reservation and tender = 'comp') as is_free
        from showtimes t where t.id = v_sale.showtime_id) change
    cross join lateral (
      select case when is_free then l.price
          when more >= 0 then l.price + case when p_is_waived then 0 else more end
          else greatest(l.price + least(l.discount + more, 0), 0) end as price,
        case
          when is_free or more < 0 then greatest(l.discount + more, 0)
          when p_is_waived then l.discount + more
          else l.discount end as discount) n;

  delete from seat_claims
    where showtime_id = v_sale.showtime_id and seat_id = any(p_from)
      and reservation_id = p_reservation;
  with taken as (
    insert into seat_claims as c
        (showtime_id, seat_id, theater_id, user_id, price, locked_at, reservation_id)
      select v_sale.showtime_id, m."to", v_sale.theater_id, v_sale.user_id, m.price,
          coalesce(m."lockedAt", v_sale.created_at), p_reservation
        from jsonb_to_recordset(v_moves) as m ("to" uuid, price numeric, "lockedAt" timestamptz)
        join seats s on s.id = m."to" and not s.out_of_order
        order by m."to"
      on conflict (showtime_id, seat_id) do update set
        user_id = excluded.user_id, client = null, price = excluded.price,
        price_list_id = null, locked_at = excluded.locked_at, expires_at = null,
        hard_cap_at = null, paying_id = null, kind = 'lock', block_id = null,
        reservation_id = excluded.reservation_id
        where claim_is_open(c, p_operator, v_now)
      returning c.seat_id)
  select count(*) into v_taken from taken;
  if v_taken < cardinality(p_to) then
    select array_agg(seat_id) into v_sold from seat_claims
      where showtime_id = v_sale.showtime_id and seat_id = any(p_to)
        and reservation_id <> p_reservation;
    if v_sold is not null then
      return block_refusal(v_sale.showtime_id, v_sold);
    end if;
    return json_build_object('outcome', 'seats_unavailable',
      'seats', seats_taken(v_sale.showtime_id, p_to, p_reservation));
  end if;
  delete from reservation_seats where reservation_id = p_reservation and seat_id = any(p_from);
  insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price, discount,
      ticket_type_id, tax_rate_bp, tax, ticket_version)
    select p_reservation, m."to", v_sale.showtime_id, v_sale.theater_id, m.price, m.discount,
        m.type, m."taxRate", contained_tax(m.price, m."taxRate"), m.version
      from jsonb_to_recordset(v_moves) as m ("to" uuid, price numeric, discount numeric, type uuid,
        "taxRate" smallint, version smallint);
  update reservations set total_price = total_price + v_difference, updated_at = v_now
    where id = p_reservation;
  return json_build_object('outcome', 'ok', 'answer', json_build_object(
    'difference', v_difference::numeric(12, 2)::text,
    'moves', (
      select json_agg(json_build_object('from', m."from", 'to', m."to",
            'before', m.before::numeric(12, 2)::text, 'price', m.price::numeric(12, 2)::text))
        from jsonb_to_recordset(v_moves) as m ("from" uuid, "to" uuid, before numeric, price numeric))));
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.purchase_lines(p_user uuid, p_showtime uuid, p_seats uuid[], p_types uuid[], p_now timestamp with time zone)
 RETURNS TABLE(seat_id uuid, ticket_type_id uuid, price numeric, tax_rate_bp integer, fee numeric, place bigint)
 LANGUAGE sql
 STABLE
AS $function$
  select s.id, k.type_id,
      case when k.type_id <> k.first_id then ticket_price(k.list_id, k.type_id, s.seat_type)
        else coalesce(c.price, seat_price(s.seat_type, t.price, t.premium_price, t.vip_price)) end,
      coalesce(v.tax_rate_bp, i.tax_rate_bp), coalesce(v.booking_fee, 0), w.place
    from showtimes t
    join theaters h on h.id = t.theater_id
    join sites i on i.id = h.site_id
    cross join unnest(p_seats, p_types) with ordinality as w (seat_id, type_id, place)
    join seats s on s.id = w.seat_id and s.theater_id = t.theater_id and s.archived_at is null
    left join seat_claims c on c.showtime_id = t.id and c.seat_id = s.id and c.user_id = p_user
      and c.kind = 'lock' and c.reservation_id is null and c.expires_at > p_now
    left join price_lists v
      on v.id = case when c.seat_id is null then t.price_version_id else c.price_list_id end
    cross join lateral (
      select v.id as list_id,
          coalesce(v.default_type_id, '00000000-0000-7000-8000-000000000001') as first_id,
          coalesce(w.type_id, v.default_type_id, '00000000-0000-7000-8000-000000000001') as type_id
      ) k
    where t.id = p_showtime
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.purchase_terms(p_user uuid, p_showtime uuid, p_seats uuid[], p_types uuid[], p_now timestamp with time zone, OUT total numeric, OUT fees numeric, OUT refusal json, OUT seats uuid[], OUT types uuid[], OUT prices numeric[], OUT tax_rates integer[])
 RETURNS record
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_has_rules boolean;
begin
  select sum(l.price), max(l.fee), array_agg(l.seat_id), array_agg(l.ticket_type_id),
      array_agg(l.price), array_agg(l.tax_rate_bp), bool_or(l.has_rules)
    into total, fees, seats, types, prices, tax_rates, v_has_rules
    from (
      select p.*, p.price is null or k.id is null or k.max_age is not null
          or k.min_per_booking is not null or k.with_adult as has_rules
        from purchase_lines(p_user, p_showtime, p_seats, p_types, p_now) p
        left join ticket_types k on k.id = p.ticket_type_id
        order by p.place) l;
  if v_has_rules then
    refusal := ticket_refusal(p_showtime, types, types[array_position(prices, null)]);
  end if;
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
      and (p_user is null or user_id = p_user and kind = 'lock')
      and (p_showtimes is null or showtime_id = any(p_showtimes))
      and (p_seats is null or seat_id = any(p_seats))
    order by showtime_id, seat_id for update;
  delete from seat_claims
    where reservation_id is null
      and (p_user is null or user_id = p_user and kind = 'lock')
      and (p_showtimes is null or showtime_id = any(p_showtimes))
      and (p_seats is null or seat_id = any(p_seats));
  if p_user is null and p_seats is null then
    delete from seat_blocks where showtime_id = any(p_showtimes);
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
  v_shift uuid;
  v_is_done boolean;
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
    if v_paid.provider = 'desk' and p_cause not in ('show_cancelled', 'exchanged') then
      select f.id into v_shift
        from shifts f join theaters h on h.site_id = f.site_id
        where h.id = v_paid.theater_id and f.operator_id = p_actor and f.closed_at is null
        for share of f;
    end if;
    v_is_done := v_shift is not null or p_cause = 'exchanged';
    insert into refunds (id, payment_id, amount, currency, status, cause, reason, requested_by,
        shift_id, created_at, settled_at)
      values (v_refund, p_payment, amount, coalesce(v_paid.captured_currency, v_paid.currency),
        case when v_is_done then 'succeeded' else 'pending' end, p_cause, p_reason, p_actor,
        v_shift, v_now, case when v_is_done then v_now end);
    if v_paid.provider = 'desk' or v_is_done then return; end if;
    insert into outbox (id, kind, key, payload, created_at)
      values (gen_random_uuid(), 'refund.due', 'refund.due:' || v_refund,
        jsonb_build_object('refundId', v_refund), v_now);
  end if;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.request_refunds(p_reservation uuid, p_amount numeric, p_cause text, p_reason text, p_actor uuid)
 RETURNS numeric
 LANGUAGE plpgsql
AS $function$
declare
  v_payment uuid;
  v_left numeric := p_amount;
begin
  for v_payment in
    select p.id from payments p join reservations r on r.id = p.reservation_id
      where r.id = p_reservation and p.showtime_id = r.showtime_id and p.status = 'succeeded'
        and p.dispute is distinct from 'open'
      order by p.succeeded_at, p.tender is not distinct from 'exchange' desc, p.id
  loop
    exit when v_left <= 0;
    v_left := v_left
      - (select amount from request_refund(v_payment, v_left, true, p_cause, p_reason, p_actor));
  end loop;
  return p_amount - v_left;
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
          order by status = 'succeeded' desc, succeeded_at,
            tender is not distinct from 'exchange' desc, created_at desc limit 1),
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
AS $function$
begin
  return reserve_seats(p_session, p_token_ends, p_user, p_showtime, p_seats, null::uuid[],
    p_reservation, p_reference, p_payment, p_window_seconds, p_minimum, p_expected, p_contact,
    p_max_reserved, p_key, p_fingerprint);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.reserve_seats(p_session uuid, p_token_ends timestamp with time zone, p_user uuid, p_showtime uuid, p_seats uuid[], p_types uuid[], p_reservation uuid, p_reference text, p_payment uuid, p_window_seconds double precision, p_minimum numeric, p_expected numeric, p_contact jsonb, p_max_reserved integer, p_key text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_show record;
  v_locks record;
  v_terms record;
  v_site record;
  v_result json;
  v_now timestamptz;
  v_role text;
  v_reserved bigint;
  v_total numeric;
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
  select count(*) as live,
      (array_agg(paying_id) filter (where paying_id is not null))[1] as paying
    into v_locks
    from seat_claims
    where showtime_id = p_showtime and seat_id = any(p_seats)
      and user_id = p_user and reservation_id is null and kind = 'lock'
      and expires_at > v_now;
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
  if p_max_reserved is not null and v_role not in ('admin', 'staff') then
    select coalesce(sum(seat_count), 0) into v_reserved from reservations
      where user_id = p_user and showtime_id = p_showtime and status <> 'cancelled';
    if v_reserved + cardinality(p_seats) > p_max_reserved then
      return json_build_object('outcome', 'seat_limit', 'scope', 'showtime',
        'limit', p_max_reserved, 'locked', v_reserved, 'requested', cardinality(p_seats));
    end if;
  end if;
  v_terms := purchase_terms(p_user, p_showtime, p_seats, p_types, v_now);
  if v_terms.refusal is not null then
    return v_terms.refusal;
  end if;
  v_total := v_terms.total + v_terms.fees;
  if p_expected <> v_total then
    return json_build_object('outcome', 'price_changed', 'expected', p_expected::text,
      'actual', v_total::text);
  end if;

  if p_payment is null or v_total = 0 then
    v_result := confirm_seats(p_user, p_showtime, p_seats, p_types, p_reservation, p_reference,
      p_max_reserved, null, null);
    if v_result->>'outcome' <> 'ok' then return v_result; end if;
  elsif v_total < p_minimum then
    return json_build_object('outcome', 'amount_too_small', 'minimum', p_minimum::text,
      'currency', v_show.currency);
  else
    select i.refund_policy into v_site
      from theaters h join sites i on i.id = h.site_id where h.id = v_show.theater_id;
    insert into reservations (id, reference, user_id, theater_id, showtime_id, status, total_price,
        fees, seat_count, currency, payment_deadline, refund_policy, created_at, updated_at)
      values (p_reservation, p_reference, p_user, v_show.theater_id, p_showtime, 'pending',
        v_terms.total, v_terms.fees, cardinality(p_seats), v_show.currency,
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
      values (p_payment, v_show.theater_id, p_showtime, p_reservation, 'open', v_total,
        v_show.currency, v_now, v_now);
    insert into reservation_seats
        (reservation_id, seat_id, showtime_id, theater_id, price, ticket_type_id, tax_rate_bp, tax)
      select p_reservation, seat_id, p_showtime, v_show.theater_id, price, ticket_type_id,
          tax_rate_bp, contained_tax(price, tax_rate_bp)
        from unnest(v_terms.seats, v_terms.prices, v_terms.types, v_terms.tax_rates)
          as l (seat_id, price, ticket_type_id, tax_rate_bp);
    update seat_claims c set paying_id = p_reservation, price = rs.price,
        expires_at = v_now + make_interval(secs => p_window_seconds + 60)
      from reservation_seats rs
      where rs.reservation_id = p_reservation and c.showtime_id = p_showtime
        and c.seat_id = rs.seat_id;
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
CREATE OR REPLACE FUNCTION public.seat_conflicts(p_user uuid, p_showtime uuid, p_seats uuid[])
 RETURNS json
 LANGUAGE sql
AS $function$
  select json_agg(
      json_build_object('seatId', s.id, 'reason', case
        when c.reservation_id is not null then 'reserved'
        when c.kind = 'block' then 'blocked'
        when c.seat_id is not null then 'locked'
        else 'blocked' end)
      order by s.row_index, s.position)
    from seats s
    left join seat_claims c on c.showtime_id = p_showtime and c.seat_id = s.id
      and (c.expires_at is null or c.expires_at > clock_timestamp())
    where s.id = any(p_seats)
      and (c.reservation_id is not null or c.user_id <> p_user or c.kind = 'block'
        or (c.seat_id is null and s.out_of_order))
$function$
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
          'prices', case when c.price_list_id is null
            then json_build_array(json_build_object('ticketTypeId',
              '00000000-0000-7000-8000-000000000001', 'price', c.price::text))
            else ticket_prices(c.price_list_id, s.seat_type) end,
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
      and c.user_id = p_user and c.reservation_id is null and c.kind = 'lock'
      and c.expires_at > p_now
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.seat_rule(p_user uuid, p_showtime uuid, p_seats uuid[], p_accessibility boolean)
 RETURNS json
 LANGUAGE sql
AS $function$
  with own as materialized (
    select id, theater_id, row_index, position, features, id = any(p_seats) as is_wanted
      from seats
      where archived_at is null and id in (
        select unnest(p_seats)
        union all
        select seat_id from seat_claims
          where showtime_id = p_showtime and user_id = p_user
            and (reservation_id is not null or expires_at > clock_timestamp()))),
  place as (
    select *, position - row_number() over (partition by row_index order by position) as run
      from own where features && '{wheelchair,companion}'),
  party as (
    select row_index, run,
        count(*) filter (where 'wheelchair' = any(features)) as wheelchairs,
        count(*) filter (where 'companion' = any(features)) as companions
      from place group by row_index, run),
  half as (
    -- Love seats that stand in one run are paired from its left.
    select id, row_index, run,
        (row_number() over (partition by row_index, run order by position) - 1) / 2 as number
      from (
        select id, row_index, position,
            position - row_number() over (partition by row_index order by position) as run
          from seats
          where theater_id = (select theater_id from own limit 1) and archived_at is null
            and 'pair' = any(features)) pairs),
  problem as (
    select 1 as rank, 'accessibility_not_asked' as rule, id, row_index, position
      from own
      where is_wanted and 'wheelchair' = any(features) and p_accessibility is not true
    union all
    select case when wheelchairs = 0 then 2 else 3 end,
        case when wheelchairs = 0 then 'companion_alone' else 'too_many_companions' end,
        id, row_index, position
      from place join party using (row_index, run)
      where is_wanted and 'companion' = any(features) and companions > 3 * wheelchairs
    union all
    select 4, 'pair_split', own.id, own.row_index, own.position
      from own join half using (id)
      where is_wanted and not exists (
        select from half other join own mine on mine.id = other.id
          where (other.row_index, other.run, other.number) = (half.row_index, half.run, half.number)
            and other.id <> half.id))
  select case
      when p_accessibility is null then json_build_object('outcome', 'seats_unavailable', 'seats',
        json_agg(json_build_object('seatId', id, 'reason', 'blocked') order by row_index, position))
      else json_build_object('outcome', 'seat_rule', 'rule', rule,
        'seatIds', json_agg(id order by row_index, position)) end
    from problem group by rank, rule order by rank limit 1
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.seats_taken(p_showtime uuid, p_seats uuid[], p_reservation uuid)
 RETURNS json
 LANGUAGE sql
 STABLE
AS $function$
  select json_agg(json_build_object('seatId', s.id, 'reason', case
        when c.reservation_id is not null then 'reserved'
        when c.kind = 'lock' then 'locked' else 'blocked' end)
      order by s.row_index, s.position)
    from seats s
    left join seat_claims c on c.showtime_id = p_showtime and c.seat_id = s.id
    where s.id = any(p_seats) and c.reservation_id is distinct from p_reservation
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.sell_at_desk(p_operator uuid, p_customer uuid, p_showtime uuid, p_seats uuid[], p_types uuid[], p_reservation uuid, p_reference text, p_payment uuid, p_tender text, p_shift uuid, p_contact jsonb, p_reason text, p_credit numeric)
 RETURNS json
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_show record;
  v_terms record;
  v_refusal json;
  v_now timestamptz;
  v_sold integer;
  v_total numeric;
  v_due numeric;
begin
  select t.theater_id, t.currency, t.start_time, t.end_time, i.refund_policy,
      make_interval(mins => i.late_sales_minutes) as late
    into v_show
    from showtimes t join theaters h on h.id = t.theater_id join sites i on i.id = h.site_id
    where t.id = p_showtime and t.archived_at is null
    for key share of t;
  perform from users where id = any(array[p_operator, p_customer]) order by id for no key update;
  -- Locks in the order of the ids, as every buyer takes them; the clock comes after.
  perform from seat_claims
    where showtime_id = p_showtime and seat_id = any(p_seats)
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  v_refusal := booking_refusal(p_showtime, p_seats, v_now - v_show.late);
  if v_refusal is not null then return v_refusal; end if;
  if v_show.end_time <= v_now then
    return json_build_object('outcome', 'showtime_started', 'startTime', v_show.start_time);
  end if;
  v_terms := purchase_terms(p_operator, p_showtime, p_seats, p_types, v_now);
  if v_terms.refusal is not null then return v_terms.refusal; end if;
  v_total := case p_tender when 'comp' then 0 else v_terms.total end;

  insert into reservations (id, reference, user_id, theater_id, showtime_id, status, total_price,
      seat_count, currency, channel, customer_name, contact_email, refund_policy, created_at,
      updated_at)
    values (p_reservation, p_reference, p_customer, v_show.theater_id, p_showtime, 'confirmed',
      v_total, cardinality(p_seats), v_show.currency, 'desk', p_contact->>'name',
      p_contact->>'email', v_show.refund_policy, v_now, v_now)
    on conflict (reference) do nothing;
  if not found then
    return json_build_object('outcome', 'reference_taken');
  end if;
  insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price, discount,
      ticket_type_id, tax_rate_bp, tax)
    select p_reservation, l.seat_id, p_showtime, v_show.theater_id, p.price, l.price - p.price,
        l.ticket_type_id, l.tax_rate_bp, contained_tax(p.price, l.tax_rate_bp)
      from unnest(v_terms.seats, v_terms.prices, v_terms.types, v_terms.tax_rates)
        as l (seat_id, price, ticket_type_id, tax_rate_bp)
      cross join lateral (select case p_tender when 'comp' then 0 else l.price end as price) p;
  with sold as (
    insert into seat_claims as c
        (showtime_id, seat_id, theater_id, user_id, price, locked_at, reservation_id)
      select p_showtime, rs.seat_id, rs.theater_id, p_customer, rs.price, v_now, p_reservation
        from reservation_seats rs join seats s on s.id = rs.seat_id and not s.out_of_order
        where rs.reservation_id = p_reservation
        order by rs.seat_id
      on conflict (showtime_id, seat_id) do update set
        user_id = excluded.user_id, client = null, price = excluded.price,
        price_list_id = null, locked_at = excluded.locked_at, expires_at = null,
        hard_cap_at = null, paying_id = null, kind = 'lock', block_id = null,
        reservation_id = excluded.reservation_id
        where claim_is_open(c, p_operator, v_now)
      returning c.seat_id)
  select count(*) into v_sold from sold;
  if v_sold < cardinality(p_seats) then
    return json_build_object('outcome', 'seats_unavailable',
      'seats', seats_taken(p_showtime, p_seats, p_reservation));
  end if;
  if p_credit > 0 and v_total > 0 then
    insert into payments (id, theater_id, showtime_id, reservation_id, provider, tender, status,
        amount, currency, captured, created_at, updated_at, succeeded_at)
      values (gen_random_uuid(), v_show.theater_id, p_showtime, p_reservation, 'desk', 'exchange',
        'succeeded', least(p_credit, v_total), v_show.currency, least(p_credit, v_total), v_now, v_now,
        v_now);
  end if;
  v_due := v_total - coalesce(p_credit, 0);
  if v_due > 0 and p_tender is null and p_payment is not null then
    return json_build_object('outcome', 'tender_needed', 'amount', v_due::text);
  end if;
  if p_payment is not null and (v_due > 0 or p_credit is null) then
    insert into payments (id, theater_id, showtime_id, reservation_id, provider, tender, shift_id,
        status, amount, currency, captured, created_at, updated_at, succeeded_at)
      values (p_payment, v_show.theater_id, p_showtime, p_reservation, 'desk', p_tender, p_shift,
        'succeeded', v_due, v_show.currency, v_due, v_now, v_now, v_now);
  end if;
  insert into reservation_events
      (theater_id, showtime_id, reservation_id, step, actor_id, reason, created_at)
    values (v_show.theater_id, p_showtime, p_reservation, 'confirmed', p_operator, p_reason, v_now);
  insert into outbox (id, kind, key, payload, created_at)
    values (p_reservation, 'reservation.confirmed', 'reservation.confirmed:' || p_reservation,
      jsonb_build_object('reservationId', p_reservation), v_now);
  return json_build_object('outcome', 'ok', 'answer', reservation_answer(p_reservation));
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
        and c.kind = 'lock' and c.expires_at > v_now),
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
        kind = 'lock', block_id = null, reservation_id = excluded.reservation_id
        where c.reservation_id is null
          and (c.user_id = excluded.user_id and c.kind = 'lock' or c.expires_at <= v_now)
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
CREATE OR REPLACE FUNCTION public.show_ticket_types(p_list uuid, p_price numeric, p_premium_price numeric, p_vip_price numeric)
 RETURNS json
 LANGUAGE sql
 STABLE
AS $function$
  select case when p_list is null
    then (
      select json_build_array(json_build_object('id', id, 'code', code, 'name', name,
          'prices', json_strip_nulls(json_build_object('regular', p_price::text,
            'premium', p_premium_price::text, 'vip', p_vip_price::text))))
      from ticket_types where id = '00000000-0000-7000-8000-000000000001')
    else (
      select json_agg(json_build_object('id', k.id, 'code', k.code, 'name', k.name,
          'prices', i.prices) order by k.sort_order, k.code)
      from (
        select ticket_type_id, json_object_agg(seat_type, price::text order by seat_type) as prices
        from price_list_items where price_list_id = p_list group by ticket_type_id) i
      join ticket_types k on k.id = i.ticket_type_id) end
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.ticket_price(p_list uuid, p_type uuid, p_seat_type text)
 RETURNS numeric
 LANGUAGE sql
 STABLE
AS $function$
  select price from price_list_items
    where price_list_id = p_list and ticket_type_id = p_type and seat_type in (p_seat_type, 'regular')
    order by seat_type = 'regular' limit 1
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.ticket_prices(p_list uuid, p_seat_type text)
 RETURNS json
 LANGUAGE sql
 STABLE
AS $function$
  select json_agg(json_build_object('ticketTypeId', k.id,
      'price', ticket_price(p_list, k.id, p_seat_type)::text)
    order by k.sort_order, k.code)
  from price_list_items i join ticket_types k on k.id = i.ticket_type_id
  where i.price_list_id = p_list and i.seat_type = 'regular'
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.ticket_refusal(p_showtime uuid, p_types uuid[], p_foreign uuid)
 RETURNS json
 LANGUAGE sql
 STABLE
AS $function$
  with ticket as (
    select k.id, k.max_age, k.with_adult, k.min_per_booking, count(*) as tickets, min(w.place) as place
      from unnest(p_types) with ordinality as w (id, place) join ticket_types k on k.id = w.id
      group by k.id),
  party as (
    select coalesce(bool_or(max_age is null or max_age >= 18), false) as has_adult from ticket),
  problem as (
    select 1 as rank, 0 as place, json_build_object('outcome', 'ticket_type_not_allowed',
        'ticketTypeId', p_foreign, 'reason', 'It is not in the price list of the show.') as refusal
      where p_foreign is not null
    union all
    select 2, place, json_build_object('outcome', 'ticket_type_not_allowed', 'ticketTypeId', id,
        'reason', 'It is sold in groups of at least ' || min_per_booking || '.')
      from ticket where tickets < min_per_booking
    union all
    select 3, place, json_build_object('outcome', 'ticket_type_not_allowed', 'ticketTypeId', id,
        'reason', 'It is sold together with an adult only.')
      from ticket, party where with_adult and not has_adult
    union all
    select 4, place, json_build_object('outcome', 'age_restricted', 'minimumAge', m.minimum_age)
      from ticket, party, showtimes t join movies m on m.id = t.movie_id
      where t.id = p_showtime and max_age < m.minimum_age
        and (m.age_rule = 'restricted' or m.age_rule = 'accompanied' and not has_adult))
  select refusal from problem order by rank, place limit 1
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.unblock_seats(p_user uuid, p_showtime uuid, p_seats uuid[])
 RETURNS json
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_now timestamptz;
  v_answer json;
begin
  perform from showtimes where id = p_showtime and archived_at is null for key share;
  if not found then
    return json_build_object('outcome', 'showtime_not_found');
  end if;
  perform from users where id = p_user for no key update;
  perform from seat_claims
    where showtime_id = p_showtime and kind = 'block'
      and (p_seats is null or seat_id = any(p_seats))
    order by seat_id for update;
  v_now := clock_timestamp();
  with freed as (
    delete from seat_claims
      where showtime_id = p_showtime and kind = 'block'
        and (p_seats is null or seat_id = any(p_seats))
      returning seat_id, expires_at)
  select json_build_object('seatIds', coalesce(json_agg(seat_id order by seat_id)
      filter (where expires_at is null or expires_at > v_now), '[]'::json))
    into v_answer from freed;
  return json_build_object('outcome', 'ok', 'answer', v_answer);
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
      and paying_id is null and kind = 'lock'
      and (p_seats is null or seat_id = any(p_seats))
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  with own as (
    select seat_id, expires_at > v_now as is_live from seat_claims
      where showtime_id = p_showtime and user_id = p_user and reservation_id is null
        and paying_id is null and kind = 'lock'
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
  /* sql */ `
CREATE OR REPLACE FUNCTION public.unlock_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_key text, p_fingerprint text)
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
      and kind = 'lock'
      and (p_seats is null or seat_id = any(p_seats))
    order by seat_id for update;
  v_now := clock_timestamp();
  with freed as (
    delete from seat_claims
    where showtime_id = p_showtime and user_id = p_user and reservation_id is null
      and kind = 'lock'
      and (p_seats is null or seat_id = any(p_seats))
    returning seat_id, expires_at)
  select json_build_object('seatIds',
      coalesce(json_agg(seat_id order by seat_id) filter (where expires_at > v_now), '[]'::json))
    into v_answer from freed;
  if p_key is not null then
    perform idempotency_store(
      p_user, p_key, 'showtimes.unlockSeats', p_fingerprint, v_answer::text);
  end if;
  return json_build_object('outcome', 'ok', 'answer', v_answer);
end $function$
`,
];

/** Purchases by ticket type, seat blocks, guests, the rules of seats, and the desk. Touches no row. */
export class Selling extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    // A function may call one that is created after it.
    const loose = 'set check_function_bodies = off';
    for (const statement of [loose, ...functions]) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
