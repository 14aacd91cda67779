-- Every seat asked for that the user cannot lock at this moment, and why; null when there is none.
create or replace function seat_conflicts(p_user uuid, p_showtime uuid, p_seats uuid[])
returns json language sql volatile as $$
  select json_agg(
      json_build_object('seatId', s.id, 'reason', case
        when c.reservation_id is not null then 'reserved'
        when c.kind = 'block' then 'blocked'
        when c.seat_id is not null then 'locked'
        else 'blocked' end)
      order by s.row_index, s.position)
    from seats s
    left join seat_claims c on c.showtime_id = p_showtime and c.seat_id = s.id
      and (c.expires_at is null or c.expires_at > clock_timestamp())
    where s.id = any(p_seats)
      and (c.reservation_id is not null or c.user_id <> p_user or c.kind = 'block'
        or (c.seat_id is null and s.out_of_order))
$$;
