-- Without the limit of seats in confirmed reservations.
create or replace function confirm_seats(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_reservation uuid, p_reference text,
  p_key text, p_fingerprint text
) returns json language plpgsql volatile as $$
begin
  return confirm_seats(p_user, p_showtime, p_seats, null::uuid[], p_reservation, p_reference,
    null::integer, p_key, p_fingerprint);
end $$;
