-- Confirms for several requests in one transaction, each as if it had come alone, in the order of
-- their arrival: as lock_seats_together does, with confirm_seats for what the straight path leaves.
create or replace function confirm_seats_together(
  p_sessions uuid[], p_tokens_end timestamptz[], p_users uuid[], p_showtimes uuid[],
  p_seats text[], p_reservations uuid[], p_references text[],
  p_max_reserved integer, p_keys text[], p_fingerprints text[], p_lock_timeout text
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
      from confirm_seats_straight(v_live, p_users, p_showtimes, p_seats, p_reservations,
        p_references, p_max_reserved, p_keys, p_fingerprints) s;
    return query select d.place, json_build_object('outcome', 'ok', 'answer', d.answer)
      from unnest(v_done, v_answers) as d (place, answer);
  end if;
  if cardinality(v_done) < cardinality(p_users) then
    return query select c.place::integer,
        case when not c.live then json_build_object('outcome', 'session_over')
          else confirm_seats(c.user_id, c.showtime_id, c.seats::uuid[], null, c.reservation_id,
            c.reference, p_max_reserved, c.key, c.fingerprint) end
      from unnest(v_live, p_users, p_showtimes, p_seats, p_reservations, p_references,
          p_keys, p_fingerprints)
        with ordinality as c (live, user_id, showtime_id, seats, reservation_id, reference,
          key, fingerprint, place)
      where c.place <> all (v_done);
  end if;
end $$;
