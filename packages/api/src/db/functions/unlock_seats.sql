-- Gives seats back. Seats that the user has not locked are ignored. The rows stay for the sweep, as
-- locks of no length, so that a lock that follows soon after can keep their hard cap.
create or replace function unlock_seats(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_max_seconds double precision,
  p_key text, p_fingerprint text
) returns json language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_refusal json;
  v_answer json;
  v_now timestamptz;
begin
  if p_key is not null then
    v_refusal := idempotency_begin(p_user, p_key, 'showtimes.unlockSeats', p_fingerprint);
    if v_refusal is not null then return v_refusal; end if;
  end if;
  perform from showtimes where id = p_showtime and archived_at is null for key share;
  if not found then
    return json_build_object('outcome', 'showtime_not_found');
  end if;
  perform from users where id = p_user for no key update;
  perform from seat_claims
    where showtime_id = p_showtime and user_id = p_user and reservation_id is null
      and paying_id is null and kind = 'lock'
      and (p_seats is null or seat_id = any(p_seats))
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  with own as (
    select seat_id, expires_at > v_now as is_live from seat_claims
      where showtime_id = p_showtime and user_id = p_user and reservation_id is null
        and paying_id is null and kind = 'lock'
        and (p_seats is null or seat_id = any(p_seats))),
  freed as (
    update seat_claims c
      set locked_at = least(c.expires_at, v_now), expires_at = least(c.expires_at, v_now),
        hard_cap_at = coalesce(c.hard_cap_at, c.locked_at + make_interval(secs => p_max_seconds))
      from own
      where c.showtime_id = p_showtime and c.seat_id = own.seat_id
      returning c.seat_id, own.is_live)
  select json_build_object('seatIds',
      coalesce(json_agg(seat_id order by seat_id) filter (where is_live), '[]'::json))
    into v_answer from freed;
  if p_key is not null then
    perform idempotency_store(
      p_user, p_key, 'showtimes.unlockSeats', p_fingerprint, v_answer::text);
  end if;
  return json_build_object('outcome', 'ok', 'answer', v_answer);
end $$;
