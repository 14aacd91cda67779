-- A show that ended days ago and was sold is not moved: its claims may have been removed, and its seats
-- would look free. Servers of a release before that removal do not know it.
create or replace function showtime_fixed() returns trigger language plpgsql as $$
begin
  if old.end_time <= clock_timestamp() - interval '2 days' and exists (
    select from reservations where showtime_id = old.id and status <> 'cancelled'
  ) then
    raise exception 'The show is over and has reservations.'
      using errcode = 'restrict_violation', constraint = 'showtimes_fixed', table = 'showtimes';
  end if;
  return new;
end $$;
