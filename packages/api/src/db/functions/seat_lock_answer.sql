-- The answer to locking and extending: the user's live locks among the seats asked for.
create or replace function seat_lock_answer(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_max_seconds double precision, p_now timestamptz,
  out held bigint, out answer json
) language sql stable as $$
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
$$;
