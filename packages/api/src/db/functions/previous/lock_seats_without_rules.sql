-- Without wheelchair places. A batch that waits inside lock_seats_together while it is replaced goes on
-- here.
create or replace function lock_seats(
  p_user uuid, p_showtime uuid, p_seats uuid[],
  p_ttl_seconds double precision, p_max_seconds double precision,
  p_max_seats integer, p_max_everywhere integer, p_keep_seconds double precision,
  p_client bigint, p_max_client integer,
  p_key text, p_fingerprint text
) returns json language plpgsql volatile as $$
begin
  return lock_seats(p_user, p_showtime, p_seats, p_ttl_seconds, p_max_seconds, p_max_seats,
    p_max_everywhere, p_keep_seconds, p_client, p_max_client, null::boolean, p_key, p_fingerprint);
end $$;
