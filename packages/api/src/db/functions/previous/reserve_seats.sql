-- Without ticket types.
create or replace function reserve_seats(
  p_session uuid, p_token_ends timestamptz,
  p_user uuid, p_showtime uuid, p_seats uuid[], p_reservation uuid, p_reference text,
  p_payment uuid, p_window_seconds double precision, p_minimum numeric, p_expected numeric,
  p_contact jsonb, p_max_reserved integer, p_key text, p_fingerprint text
) returns json language plpgsql volatile as $$
begin
  return reserve_seats(p_session, p_token_ends, p_user, p_showtime, p_seats, null::uuid[],
    p_reservation, p_reference, p_payment, p_window_seconds, p_minimum, p_expected, p_contact,
    p_max_reserved, p_key, p_fingerprint);
end $$;
