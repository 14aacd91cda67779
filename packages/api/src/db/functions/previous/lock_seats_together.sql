-- lock_seats for several requests, in the order of their arrival, in one transaction. Waits for no
-- row lock: the batch fails as a whole, and each request is sent alone.
create or replace function lock_seats_together(
  p_users uuid[], p_showtimes uuid[], p_seats text[], p_keys text[], p_fingerprints text[],
  p_ttl_seconds double precision, p_max_seconds double precision, p_max_seats integer
) returns table (place integer, result json) language plpgsql volatile set lock_timeout = '20ms' as $$
begin
  return query select c.place::integer, lock_seats(c.user_id, c.showtime_id, c.seats::uuid[],
      p_ttl_seconds, p_max_seconds, p_max_seats, c.key, c.fingerprint)
    from unnest(p_users, p_showtimes, p_seats, p_keys, p_fingerprints)
      with ordinality as c (user_id, showtime_id, seats, key, fingerprint, place);
end $$;

-- Without the wish for a wheelchair place. Servers that call it know no rules of seats.
create or replace function lock_seats_together(
  p_sessions uuid[], p_tokens_end timestamptz[], p_users uuid[], p_showtimes uuid[],
  p_seats text[], p_keys text[], p_fingerprints text[],
  p_ttl_seconds double precision, p_max_seconds double precision,
  p_max_seats integer, p_max_everywhere integer, p_keep_seconds double precision,
  p_clients bigint[], p_max_client integer,
  p_lock_timeout text
) returns table (place integer, result json) language plpgsql volatile as $$
begin
  return query select t.place, t.result from lock_seats_together(p_sessions, p_tokens_end, p_users,
    p_showtimes, p_seats, p_keys, p_fingerprints, p_ttl_seconds, p_max_seconds, p_max_seats,
    p_max_everywhere, p_keep_seconds, p_clients, p_max_client,
    array_fill(null::boolean, array[cardinality(p_users)]), p_lock_timeout) t;
end $$;
