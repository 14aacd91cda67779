-- Locks seats for several requests in one transaction, each as if it had come alone, in the order of
-- their arrival. Checks the sessions, sends what nothing stops along the straight path and the rest
-- through lock_seats; below three requests the straight path is the longer one.
--
-- p_lock_timeout: how long the batch waits for a row lock, as in '20ms'. After that it fails as a
-- whole, and each request is sent alone. Null: the connection's limit.
create or replace function lock_seats_together(
  p_sessions uuid[], p_tokens_end timestamptz[], p_users uuid[], p_showtimes uuid[],
  p_seats text[], p_keys text[], p_fingerprints text[],
  p_ttl_seconds double precision, p_max_seconds double precision,
  p_max_seats integer, p_max_everywhere integer, p_keep_seconds double precision,
  p_clients bigint[], p_max_client integer, p_accessibility boolean[],
  p_lock_timeout text
) returns table (place integer, result json) language plpgsql volatile as $$
declare
  v_live boolean[];
  v_done integer[] := '{}';
  v_answers json[];
begin
  if p_lock_timeout is not null then
    perform set_config('lock_timeout', p_lock_timeout, true);
  end if;
  v_live := sessions_live(p_sessions, p_users, p_tokens_end);
  if cardinality(p_users) >= 3 then
    select s.places, s.answers into v_done, v_answers
      from lock_seats_straight(v_live, p_users, p_showtimes, p_seats, p_keys, p_fingerprints,
        p_ttl_seconds, p_max_seconds, p_max_seats, p_max_everywhere, p_keep_seconds,
        p_clients, p_max_client) s;
    return query select d.place, json_build_object('outcome', 'ok', 'answer', d.answer)
      from unnest(v_done, v_answers) as d (place, answer);
  end if;
  if cardinality(v_done) < cardinality(p_users) then
    return query select c.place::integer,
        case when not c.live then json_build_object('outcome', 'session_over')
          else lock_seats(c.user_id, c.showtime_id, c.seats::uuid[],
            p_ttl_seconds, p_max_seconds, p_max_seats, p_max_everywhere, p_keep_seconds,
            c.client, p_max_client, c.accessibility, c.key, c.fingerprint) end
      from unnest(v_live, p_users, p_showtimes, p_seats, p_clients, p_accessibility, p_keys,
          p_fingerprints)
        with ordinality as c (live, user_id, showtime_id, seats, client, accessibility, key,
          fingerprint, place)
      where c.place <> all (v_done);
  end if;
end $$;
