-- Which seats the desk could not sell, and why; those that the reservation has got do not count.
create or replace function seats_taken(p_showtime uuid, p_seats uuid[], p_reservation uuid)
returns json language sql stable as $$
  select json_agg(json_build_object('seatId', s.id, 'reason', case
        when c.reservation_id is not null then 'reserved'
        when c.kind = 'lock' then 'locked' else 'blocked' end)
      order by s.row_index, s.position)
    from seats s
    left join seat_claims c on c.showtime_id = p_showtime and c.seat_id = s.id
    where s.id = any(p_seats) and c.reservation_id is distinct from p_reservation
$$;
