-- Frees the seats of a pending reservation that has ended. The rows stay for the sweep, as locks of no
-- length, so that a lock that follows soon after can keep their hard cap. The caller holds the
-- reservation.
create or replace function free_paying(
  p_reservation uuid, p_showtime uuid, p_max_seconds double precision
) returns void language plpgsql volatile as $$
declare
  v_now timestamptz;
begin
  perform from seat_claims c
    join reservation_seats rs on rs.seat_id = c.seat_id and rs.reservation_id = p_reservation
    where c.showtime_id = p_showtime and c.paying_id = p_reservation
    order by c.seat_id for update of c;
  v_now := date_trunc('milliseconds', clock_timestamp());
  update seat_claims c set paying_id = null, locked_at = least(c.locked_at, v_now),
      expires_at = least(c.expires_at, v_now),
      hard_cap_at = coalesce(c.hard_cap_at, c.locked_at + make_interval(secs => p_max_seconds))
    from reservation_seats rs
    where rs.reservation_id = p_reservation and rs.seat_id = c.seat_id
      and c.showtime_id = p_showtime and c.paying_id = p_reservation;
end $$;
