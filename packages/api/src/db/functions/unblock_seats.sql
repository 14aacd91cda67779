-- Ends blocks of seats in a showtime: on the seats given, or all of them. Seats that are not blocked are
-- ignored. Returns { outcome, … } with the ids of the seats that were blocked until now.
create or replace function unblock_seats(p_user uuid, p_showtime uuid, p_seats uuid[])
returns json language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_now timestamptz;
  v_answer json;
begin
  perform from showtimes where id = p_showtime and archived_at is null for key share;
  if not found then
    return json_build_object('outcome', 'showtime_not_found');
  end if;
  perform from users where id = p_user for no key update;
  perform from seat_claims
    where showtime_id = p_showtime and kind = 'block'
      and (p_seats is null or seat_id = any(p_seats))
    order by seat_id for update;
  v_now := clock_timestamp();
  with freed as (
    delete from seat_claims
      where showtime_id = p_showtime and kind = 'block'
        and (p_seats is null or seat_id = any(p_seats))
      returning seat_id, expires_at)
  select json_build_object('seatIds', coalesce(json_agg(seat_id order by seat_id)
      filter (where expires_at is null or expires_at > v_now), '[]'::json))
    into v_answer from freed;
  return json_build_object('outcome', 'ok', 'answer', v_answer);
end $$;
