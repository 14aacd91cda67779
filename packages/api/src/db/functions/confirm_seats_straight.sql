-- The straight path of confirming: all requests of a batch that nothing stops, in a few statements.
-- Returns their places in the batch and their answers, and leaves everyone else to confirm_seats:
-- whose lock has run out, or is not theirs; who is not the first of the batch (batch_first); whose key
-- is known or busy; whose reference is taken; who is over the limit; whose show is not on sale. Writes the fact
-- reservation.confirmed. For LATERAL with OFFSET 0, see lock_seats_straight.
create or replace function confirm_seats_straight(
  p_live boolean[], p_users uuid[], p_showtimes uuid[], p_seats text[],
  p_reservations uuid[], p_references text[], p_max_reserved integer,
  p_keys text[], p_fingerprints text[],
  out places integer[], out answers json[]
) language plpgsql volatile
  set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set enable_hashjoin = off set enable_mergejoin = off as $$
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
end $$;
