-- Keeps a success, in the transaction of its effect.
create or replace function idempotency_store(
  p_user uuid, p_key text, p_procedure text, p_fingerprint text, p_answer text
) returns void language sql volatile as $$
  insert into idempotency_keys (user_id, key, procedure, fingerprint, answer, created_at)
  values (p_user, p_key, p_procedure, p_fingerprint, p_answer, clock_timestamp())
  on conflict (user_id, key) do update set
    procedure = excluded.procedure, fingerprint = excluded.fingerprint, answer = excluded.answer,
    leased_until = null, created_at = excluded.created_at
$$;
