-- Ends seat locks: of a user, in showtimes, or on seats; arguments that are null do not narrow. Sold
-- seats stay. Blocks are the house's: they end with their showtime or their seat, and not with the
-- account that made them. For edits by administrators, who hold the user, the showtimes or the theater,
-- so that no customer locks anew meanwhile.
create or replace function release_seat_locks(
  p_user uuid, p_showtimes uuid[], p_seats uuid[]
) returns void language plpgsql volatile set plan_cache_mode = force_custom_plan as $$
begin
  if p_user is null and p_showtimes is null and p_seats is null then
    raise exception 'release_seat_locks: nothing to narrow by';
  end if;
  -- In the common order, so that transactions that cross wait and never deadlock.
  perform from seat_claims
    where reservation_id is null
      and (p_user is null or user_id = p_user and kind = 'lock')
      and (p_showtimes is null or showtime_id = any(p_showtimes))
      and (p_seats is null or seat_id = any(p_seats))
    order by showtime_id, seat_id for update;
  delete from seat_claims
    where reservation_id is null
      and (p_user is null or user_id = p_user and kind = 'lock')
      and (p_showtimes is null or showtime_id = any(p_showtimes))
      and (p_seats is null or seat_id = any(p_seats));
  if p_user is null and p_seats is null then
    delete from seat_blocks where showtime_id = any(p_showtimes);
  end if;
end $$;
