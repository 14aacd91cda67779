-- Sells the seats of a pending reservation that has been paid for, or finds that they are gone. The
-- caller holds the showtime, the user and the reservation. Writes the facts reservation.confirmed, and
-- payment.unwanted for other pending reservations that had these seats.
create or replace function settle_reservation(p_reservation reservations, p_now timestamptz)
returns text language plpgsql volatile as $$
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
end $$;
