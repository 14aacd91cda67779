-- Removes entries of the audit log that are older than 400 days, 1,000 at most, and returns their
-- number. Runs as the owner of the table: the role of the server may not delete.
create or replace function audit_forget() returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  v_removed integer;
begin
  with old as (
    select id from audit_events where at < clock_timestamp() - interval '400 days'
      order by at limit 1000 for update skip locked)
  delete from audit_events where id in (select id from old);
  get diagnostics v_removed = row_count;
  return v_removed;
end $$;
