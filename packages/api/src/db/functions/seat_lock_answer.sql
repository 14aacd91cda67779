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
          'expiresAt', c.expires_at,
          'maxExpiresAt', coalesce(c.hard_cap_at, c.locked_at + make_interval(secs => p_max_seconds)))
        order by s.row_index, s.position),
      'totalPrice', sum(c.price)::text,
      'currency', (select currency from showtimes where id = p_showtime),
      'expiresAt', min(c.expires_at),
      'maxExpiresAt',
        min(coalesce(c.hard_cap_at, c.locked_at + make_interval(secs => p_max_seconds))))
    from seat_claims c
    join seats s on s.id = c.seat_id
    where c.showtime_id = p_showtime and c.seat_id = any(p_seats)
      and c.user_id = p_user and c.reservation_id is null and c.expires_at > p_now
$$;
