-- Gives a user's live seat locks a fresh TTL, up to the hard cap of each seat.
create or replace function extend_lock(
  p_user uuid, p_showtime uuid, p_seats uuid[],
  p_ttl_seconds double precision, p_max_seconds double precision,
  p_key text, p_fingerprint text
) returns json language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_refusal json;
  v_answer json;
  v_now timestamptz;
  v_seats uuid[];
  v_gain interval;
  v_cap timestamptz;
  v_wanted uuid[] := p_seats;
  v_paying uuid[];
begin
  if p_key is not null then
    v_refusal := idempotency_begin(p_user, p_key, 'showtimes.extendLock', p_fingerprint);
    if v_refusal is not null then return v_refusal; end if;
  end if;
  perform from showtimes where id = p_showtime for key share;
  perform from users where id = p_user for no key update;
  perform from seat_claims
    where showtime_id = p_showtime and user_id = p_user and reservation_id is null
      and kind = 'lock' and (p_seats is null or seat_id = any(p_seats))
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  v_refusal := booking_refusal(p_showtime, p_seats, v_now);
  if v_refusal is not null then return v_refusal; end if;
  -- Seats that are being paid for have the clock of the payment, which nothing extends.
  select array_agg(seat_id), max(lock_end(expires_at, paying_id)) into v_paying, v_cap
    from seat_claims
    where showtime_id = p_showtime and user_id = p_user and reservation_id is null
      and paying_id is not null and expires_at > v_now;
  if v_paying is not null then
    v_wanted := array(select unnest(p_seats) except select unnest(v_paying));
    if v_wanted = '{}' and (p_seats is not null or not exists (
        select from seat_claims
          where showtime_id = p_showtime and user_id = p_user and reservation_id is null
            and paying_id is null and kind = 'lock' and expires_at > v_now)) then
      return json_build_object('outcome', 'extension_limit', 'maxExpiresAt', v_cap);
    end if;
    v_wanted := case when p_seats is not null then v_wanted end;
  end if;
  v_refusal := locks_missing(p_user, p_showtime, v_wanted, v_now);
  if v_refusal is not null then
    return json_build_object('outcome', 'lock_expired', 'seats', v_refusal);
  end if;

  select array_agg(seat_id),
      max(least(v_now + make_interval(secs => p_ttl_seconds),
        coalesce(hard_cap_at, locked_at + make_interval(secs => p_max_seconds))) - expires_at),
      min(coalesce(hard_cap_at, locked_at + make_interval(secs => p_max_seconds)))
    into v_seats, v_gain, v_cap
    from seat_claims
    where showtime_id = p_showtime and user_id = p_user and reservation_id is null
      and paying_id is null and kind = 'lock'
      and (v_wanted is null or seat_id = any(v_wanted)) and expires_at > v_now;
  if v_gain < interval '1 second' then
    return json_build_object('outcome', 'extension_limit', 'maxExpiresAt', v_cap);
  end if;
  update seat_claims set expires_at = greatest(expires_at,
      least(v_now + make_interval(secs => p_ttl_seconds),
        coalesce(hard_cap_at, locked_at + make_interval(secs => p_max_seconds))))
    where showtime_id = p_showtime and seat_id = any(v_seats);
  v_answer := (seat_lock_answer(p_user, p_showtime, v_seats, p_max_seconds, v_now)).answer;
  if p_key is not null then
    perform idempotency_store(
      p_user, p_key, 'showtimes.extendLock', p_fingerprint, v_answer::text);
  end if;
  return json_build_object('outcome', 'ok', 'answer', v_answer);
end $$;
