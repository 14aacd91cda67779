-- Starts a request that carries an idempotency key. Null: go ahead, and store the answer with
-- idempotency_store. Otherwise the outcome to return: replayed, key_reused or in_progress.
create or replace function idempotency_begin(
  p_user uuid, p_key text, p_procedure text, p_fingerprint text
) returns json language plpgsql volatile as $$
declare
  v_stored idempotency_keys%rowtype;
begin
  -- An advisory lock refuses immediately; the primary key would make the second request wait.
  if not pg_try_advisory_xact_lock(hashtextextended(p_user::text || ':' || p_key, 0)) then
    return json_build_object('outcome', 'in_progress');
  end if;
  select * into v_stored from idempotency_keys
    where user_id = p_user and key = p_key and created_at > clock_timestamp() - interval '24 hours';
  if not found then
    return null;
  end if;
  if v_stored.answer is null then
    -- Reserved by a request that works without a transaction; free once its reservation ends.
    return case when v_stored.leased_until > clock_timestamp()
      then json_build_object('outcome', 'in_progress') end;
  end if;
  if v_stored.procedure <> p_procedure or v_stored.fingerprint <> p_fingerprint then
    return json_build_object('outcome', 'key_reused');
  end if;
  return json_build_object('outcome', 'replayed', 'answer', v_stored.answer::json);
end $$;
