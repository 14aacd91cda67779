-- confirm_seats for several requests, in the order of their arrival, in one transaction. Waits for
-- no row lock: the batch fails as a whole, and each request is sent alone.
create or replace function confirm_seats_together(
  p_users uuid[], p_showtimes uuid[], p_seats text[], p_reservations uuid[], p_references text[],
  p_keys text[], p_fingerprints text[]
) returns table (place integer, result json) language plpgsql volatile set lock_timeout = '20ms' as $$
begin
  return query select c.place::integer, confirm_seats(c.user_id, c.showtime_id, c.seats::uuid[],
      c.reservation_id, c.reference, c.key, c.fingerprint)
    from unnest(p_users, p_showtimes, p_seats, p_reservations, p_references, p_keys, p_fingerprints)
      with ordinality as c
        (user_id, showtime_id, seats, reservation_id, reference, key, fingerprint, place);
end $$;
