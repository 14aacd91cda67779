-- Writes a fact from which webhooks alone follow, if an enabled endpoint wants it; without one it costs a
-- look into a small table. Returns whether it was written.
create or replace function note_fact(
  p_kind text, p_subject text, p_payload jsonb, p_now timestamptz
) returns boolean language sql volatile as $$
  with noted as (
    insert into outbox (id, kind, key, payload, created_at)
      select gen_random_uuid(), p_kind, p_kind || ':' || p_subject, p_payload, p_now
        where exists (
          select from webhook_endpoints
            where disabled_at is null and (p_kind = any(events) or '*' = any(events)))
      on conflict (key) do nothing
      returning id)
  select exists (select from noted)
$$;
