-- Fills in where a reservation or a step of it belongs, for writers of the release before, which do
-- not name it.
create or replace function reservation_place() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'reservations' then
    select theater_id into new.theater_id from showtimes where id = new.showtime_id;
  else
    select theater_id, showtime_id into new.theater_id, new.showtime_id
      from reservations where id = new.reservation_id;
  end if;
  return new;
end $$;
