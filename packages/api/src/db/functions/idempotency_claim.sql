-- Takes the advisory locks of several requests' idempotency keys, without waiting: for each whether
-- it is the request's, which it is too when there is no key. Call it in a statement of its own: only
-- a later one sees what a first request with the key has stored.
create or replace function idempotency_claim(p_users uuid[], p_keys text[])
returns boolean[] language plpgsql volatile as $$
begin
  return (
    select array_agg(
        c.key is null
          or pg_try_advisory_xact_lock(hashtextextended(c.user_id::text || ':' || c.key, 0))
        order by c.place)
      from unnest(p_users, p_keys) with ordinality as c (user_id, key, place));
end $$;
