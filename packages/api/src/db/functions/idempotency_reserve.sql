-- Reserves an idempotency key for a request that works without a transaction. `begun` is null when
-- the key was free; `lease` is then the end of the reservation, by which the request settles it.
create or replace function idempotency_reserve(
  p_user uuid, p_key text, p_procedure text, p_fingerprint text, p_seconds double precision,
  out begun json, out lease timestamptz
) language plpgsql volatile as $$
begin
  begun := idempotency_begin(p_user, p_key, p_procedure, p_fingerprint);
  if begun is null then
    insert into idempotency_keys as k
      (user_id, key, procedure, fingerprint, answer, leased_until, created_at)
    values (p_user, p_key, p_procedure, p_fingerprint, null,
      clock_timestamp() + make_interval(secs => p_seconds), clock_timestamp())
    on conflict (user_id, key) do update set
      procedure = excluded.procedure, fingerprint = excluded.fingerprint, answer = null,
      leased_until = excluded.leased_until, created_at = excluded.created_at
    returning k.leased_until into lease;
  end if;
end $$;
