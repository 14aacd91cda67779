-- The straight path of locking: all requests of a batch that nothing stops, in a few statements.
-- Returns their places in the batch and their answers. Everyone else is left as they were, for
-- lock_seats: whoever asks for a seat that is taken or their own already; who is not the first of the
-- batch (batch_first), or not the first of a client; whose key is known or busy; who is over a limit; whose show or seats are not
-- there, not on sale, or have rules (seat_rule). So refusals, and their order, are those of lock_seats alone.
--
-- LATERAL with OFFSET 0 keeps the planner to one path, seat by seat through primary keys: it would
-- read all the locks of the house in one go, because there were none when the table was analysed.
create or replace function lock_seats_straight(
  p_live boolean[], p_users uuid[], p_showtimes uuid[],
  p_seats text[], p_keys text[], p_fingerprints text[],
  p_ttl_seconds double precision, p_max_seconds double precision,
  p_max_seats integer, p_max_everywhere integer, p_keep_seconds double precision,
  p_clients bigint[], p_max_client integer,
  out places integer[], out answers json[]
) language plpgsql volatile
  set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set enable_hashjoin = off set enable_mergejoin = off as $$
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
end $$;
