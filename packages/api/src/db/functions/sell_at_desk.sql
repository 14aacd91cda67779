-- Sells seats at the desk: lock and confirmation in one, without limits. Seats that the operator has
-- locked and house seats of the show may be sold as well; nothing else that is taken. The caller holds
-- the shift, and rolls back when this is refused. Writes the fact reservation.confirmed.
--
-- p_operator: who sells. A sale of an API key is one of the channel `api`.
--
-- p_types: the ticket type of each seat; null: the first one of its price list. p_shift: the drawer;
-- null for what needs none. p_contact: name and email of a customer without an account. p_credit: what
-- was paid for seats that are exchanged for these; null for a sale. p_payment: null when nothing was
-- paid for those, so that nothing is paid here.
create or replace function sell_at_desk(
  p_operator uuid, p_customer uuid, p_showtime uuid, p_seats uuid[], p_types uuid[],
  p_reservation uuid, p_reference text, p_payment uuid, p_tender text, p_shift uuid,
  p_contact jsonb, p_reason text, p_credit numeric
) returns json language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
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
      v_total, cardinality(p_seats), v_show.currency,
      case when exists (select from api_keys where id = p_operator) then 'api' else 'desk' end,
      p_contact->>'name', p_contact->>'email', v_show.refund_policy, v_now, v_now)
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
    perform note_fact('payment.succeeded', p_payment::text,
      jsonb_build_object('paymentId', p_payment), v_now);
  end if;
  insert into reservation_events
      (theater_id, showtime_id, reservation_id, step, actor_id, reason, created_at)
    values (v_show.theater_id, p_showtime, p_reservation, 'confirmed', p_operator, p_reason, v_now);
  insert into outbox (id, kind, key, payload, created_at)
    values (p_reservation, 'reservation.confirmed', 'reservation.confirmed:' || p_reservation,
      jsonb_build_object('reservationId', p_reservation), v_now);
  return json_build_object('outcome', 'ok', 'answer', reservation_answer(p_reservation));
end $$;
