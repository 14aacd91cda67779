-- Without the memory of given-back seats.
create or replace function unlock_seats(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_key text, p_fingerprint text
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
      and kind = 'lock'
      and (p_seats is null or seat_id = any(p_seats))
    order by seat_id for update;
  v_now := clock_timestamp();
  with freed as (
    delete from seat_claims
    where showtime_id = p_showtime and user_id = p_user and reservation_id is null
      and kind = 'lock'
      and (p_seats is null or seat_id = any(p_seats))
    returning seat_id, expires_at)
  select json_build_object('seatIds',
      coalesce(json_agg(seat_id order by seat_id) filter (where expires_at > v_now), '[]'::json))
    into v_answer from freed;
  if p_key is not null then
    perform idempotency_store(
      p_user, p_key, 'showtimes.unlockSeats', p_fingerprint, v_answer::text);
  end if;
  return json_build_object('outcome', 'ok', 'answer', v_answer);
end $$;
