-- Of the seats given, those that the user has not locked, and why; null when there is none. Without
-- seats: an empty list when the user has no live lock in the showtime at all.
create or replace function locks_missing(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_now timestamptz
) returns json language plpgsql volatile as $$
declare
  v_missing json;
begin
  if p_seats is null then
    perform from seat_claims
      where user_id = p_user and showtime_id = p_showtime and reservation_id is null
        and paying_id is null and kind = 'lock' and expires_at > p_now
      limit 1;
    return case when found then null else '[]'::json end;
  end if;
  select json_agg(json_build_object('seatId', wanted, 'reason',
      case when c.seat_id is null or c.paying_id is not null or c.expires_at <= c.locked_at
          then 'not_locked'
        else 'expired' end) order by position)
    into v_missing
    from unnest(p_seats) with ordinality as w (wanted, position)
    left join seat_claims c on c.showtime_id = p_showtime and c.seat_id = wanted
      and c.user_id = p_user and c.reservation_id is null and c.kind = 'lock'
    where c.seat_id is null or c.paying_id is not null or c.expires_at <= p_now;
  return v_missing;
end $$;
