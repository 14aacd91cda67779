-- Fills the local time of a show for statements that do not know it: servers of the release before, and
-- SQL by hand. Servers compute it themselves and correct it at their start (local-times.ts).
create or replace function showtime_local() returns trigger language plpgsql as $$
begin
  if new.local_start is null
      or tg_op = 'UPDATE' and new.local_start is not distinct from old.local_start then
    select new.start_time at time zone timezone into new.local_start
      from theaters where id = new.theater_id;
  end if;
  return new;
end $$;
