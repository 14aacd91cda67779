-- Turns live seat locks into a reservation: all the seats given, or nothing. Writes the fact
-- reservation.confirmed.
--
-- p_types: the ticket type of each seat; null: the first one of its price list.
-- p_max_reserved: seats that a customer may have in confirmed reservations of this showtime. Null: no
-- such limit.
create or replace function confirm_seats(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_types uuid[], p_reservation uuid,
  p_reference text, p_max_reserved integer, p_key text, p_fingerprint text
) returns json language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
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
end $$;
