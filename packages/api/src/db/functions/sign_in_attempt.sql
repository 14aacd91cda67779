-- Counts an attempt to sign in under each of the keys, before it is made. Null: go ahead, and delete
-- the attempt when the password fits. Otherwise nothing is counted, and the seconds to wait until
-- each key has had fewer attempts than its limit in the last p_seconds, at every instant.
create or replace function sign_in_attempt(
  p_attempt uuid, p_keys text[], p_limits integer[], p_seconds double precision
) returns double precision language plpgsql volatile as $$
declare
  v_wait double precision;
begin
  -- In the order of the keys, so that two attempts never deadlock.
  perform pg_advisory_xact_lock(hashtextextended('sign-in:' || key, 0))
    from (select unnest(p_keys) as key order by 1) k;
  select max(extract(epoch from nth.at - clock_timestamp()) + p_seconds) into v_wait
    from unnest(p_keys, p_limits) as k (key, most)
    cross join lateral (
      select at from sign_in_attempts where key = k.key order by at desc offset k.most - 1 limit 1) nth;
  if v_wait > 0 then
    return v_wait;
  end if;
  insert into sign_in_attempts (id, key, at)
    select p_attempt, key, clock_timestamp() from unnest(p_keys) as key;
  return null;
end $$;
