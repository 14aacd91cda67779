-- Reports a difference about money that a person has to judge, once for each subject. Writes the fact
-- incident.opened.
create or replace function open_incident(
  p_kind text, p_subject text, p_payment uuid, p_data jsonb, p_now timestamptz
) returns void language sql volatile as $$
  with opened as (
    insert into incidents (id, kind, key, payment_id, data, opened_at)
      values (gen_random_uuid(), p_kind, p_kind || ':' || p_subject, p_payment, p_data, p_now)
      on conflict (key) do nothing
      returning id)
  select note_fact('incident.opened', id::text, jsonb_build_object('incidentId', id), p_now)
    from opened
$$;
