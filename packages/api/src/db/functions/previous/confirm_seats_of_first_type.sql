-- Without ticket types. A batch that waits inside confirm_seats_together while it is replaced goes on
-- here.
create or replace function confirm_seats(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_reservation uuid, p_reference text,
  p_max_reserved integer, p_key text, p_fingerprint text
) returns json language plpgsql volatile as $$
begin
  return confirm_seats(p_user, p_showtime, p_seats, null::uuid[], p_reservation, p_reference,
    p_max_reserved, p_key, p_fingerprint);
end $$;
