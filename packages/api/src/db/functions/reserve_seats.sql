-- Turns live seat locks into a reservation that is to be paid for: all the seats given, or nothing. Its
-- seats stay locked, on the clock of the payment. What costs nothing is confirmed by confirm_seats.
--
-- p_types: the ticket type of each seat; null: the first one of its price list.
-- p_payment: the id of the payment; null where nothing is paid in advance, and the reservation is
-- confirmed. p_window_seconds: how long the customer can pay. p_minimum: the least that can be paid.
-- p_expected: the total that the customer has seen; null: any.
create or replace function reserve_seats(
  p_session uuid, p_token_ends timestamptz,
  p_user uuid, p_showtime uuid, p_seats uuid[], p_types uuid[], p_reservation uuid,
  p_reference text,
  p_payment uuid, p_window_seconds double precision, p_minimum numeric, p_expected numeric,
  p_contact jsonb, p_max_reserved integer, p_key text, p_fingerprint text
) returns json language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
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
    perform note_fact('reservation.pending', p_reservation::text,
      jsonb_build_object('reservationId', p_reservation), v_now);
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
end $$;
