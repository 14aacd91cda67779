-- Why a booking is refused, in the order in which refusals are reported; null when nothing stops it.
-- Called on the return path only: a booking that succeeds has checked all of this on its way.
create or replace function booking_refusal(p_showtime uuid, p_seats uuid[], p_now timestamptz)
returns json language plpgsql stable as $$
declare
  v_show showtimes%rowtype;
  v_missing json;
begin
  select * into v_show from showtimes where id = p_showtime and archived_at is null;
  if not found then
    return json_build_object('outcome', 'showtime_not_found');
  end if;
  select json_agg(wanted) into v_missing from unnest(p_seats) wanted
    where not exists (
      select from seats
      where id = wanted and theater_id = v_show.theater_id and archived_at is null);
  if v_missing is not null then
    return json_build_object('outcome', 'seats_not_found', 'seatIds', v_missing);
  end if;
  if v_show.cancelled_at is not null then
    return json_build_object('outcome', 'showtime_cancelled');
  end if;
  if v_show.start_time <= p_now then
    return json_build_object('outcome', 'showtime_started', 'startTime', v_show.start_time);
  end if;
  return null;
end $$;
