-- Entries of the audit log are never changed, and removed only when they are old.
create or replace function audit_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.at < clock_timestamp() - interval '400 days' then
    return old;
  end if;
  raise exception 'The audit log cannot be changed.' using errcode = 'insufficient_privilege';
end $$;
