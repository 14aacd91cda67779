-- Without the limits over all shows and of one client, and without the memory of given-back seats.
create or replace function lock_seats(
  p_user uuid, p_showtime uuid, p_seats uuid[],
  p_ttl_seconds double precision, p_max_seconds double precision, p_max_seats integer,
  p_key text, p_fingerprint text
) returns json language plpgsql volatile as $$
begin
  return lock_seats(p_user, p_showtime, p_seats, p_ttl_seconds, p_max_seconds, p_max_seats,
    null::integer, null::double precision, null::bigint, null::integer, null::boolean,
    p_key, p_fingerprint);
end $$;
