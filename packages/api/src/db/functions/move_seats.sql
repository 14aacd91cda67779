-- Moves seats of a confirmed reservation to other seats of its show, each with its ticket, until the show
-- ends. A seat of another type costs what it costs more or less by the present price list; what cost
-- nothing still costs nothing, and what was waived before is not returned. Seats that the operator has locked and house seats of the show may be
-- taken as well; nothing else that is taken. Check-ins move with their seats. The caller holds the show and the reservation, has looked at
-- both, and rolls back when this is refused.
--
-- p_to: the new seat of each seat of p_from. p_is_waived: what it costs more becomes a discount. Answers
-- with the difference in price, and the moves.
create or replace function move_seats(
  p_operator uuid, p_reservation uuid, p_from uuid[], p_to uuid[], p_is_waived boolean
) returns json language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_sale reservations%rowtype;
  v_length interval;
  v_now timestamptz;
  v_refusal json;
  v_sold uuid[];
  v_moves jsonb;
  v_difference numeric;
  v_taken integer;
  v_inside uuid[];
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
        'type', l.ticket_type_id, 'version', latest.version % 32767 + 1, 'lockedAt', c.locked_at)),
      sum(n.price - l.price)
    into v_moves, v_difference
    from unnest(p_from, p_to) as m (old_id, new_id)
    join reservation_seats l on l.reservation_id = p_reservation and l.seat_id = m.old_id
    join seats a on a.id = m.old_id
    join seats b on b.id = m.new_id
    left join seat_claims c on c.showtime_id = v_sale.showtime_id and c.seat_id = m.old_id
    -- Above all others: a seat that is taken again later has no code that was there before.
    cross join (
      select max(ticket_version) as version from reservation_seats
        where reservation_id = p_reservation) latest
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
  -- The scans of a holder move along, and the new ticket lets nobody else in. Seats may be swapped, so
  -- who is inside is noted, and inside again when all scans have moved.
  with ended as (
    update check_ins set ended_at = v_now
      where reservation_id = p_reservation and seat_id = any(p_from)
        and type = 'entry' and result = 'admitted' and ended_at is null
      returning id)
  select array_agg(id) into v_inside from ended;
  update check_ins c set seat_id = m.new_id from unnest(p_from, p_to) as m (old_id, new_id)
    where c.reservation_id = p_reservation and c.seat_id = m.old_id;
  update check_ins set ended_at = null where id = any(v_inside);
  update reservations set total_price = total_price + v_difference, updated_at = v_now
    where id = p_reservation;
  return json_build_object('outcome', 'ok', 'answer', json_build_object(
    'difference', v_difference::numeric(12, 2)::text,
    'moves', (
      select json_agg(json_build_object('from', m."from", 'to', m."to",
            'before', m.before::numeric(12, 2)::text, 'price', m.price::numeric(12, 2)::text))
        from jsonb_to_recordset(v_moves) as m ("from" uuid, "to" uuid, before numeric, price numeric))));
end $$;
