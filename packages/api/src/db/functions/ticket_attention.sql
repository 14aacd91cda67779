-- What the door looks at before it lets the holder of a ticket in: an array of words.
create or replace function ticket_attention(p_reservation uuid, p_seat uuid)
returns json language sql stable as $$
  select coalesce(json_agg(word order by place) filter (where applies), '[]'::json)
    from reservation_seats l
    join showtimes t on t.id = l.showtime_id
    join movies m on m.id = t.movie_id
    join seats s on s.id = l.seat_id
    join ticket_types k on k.id = l.ticket_type_id
    cross join lateral (values
      (1, 'check_age', m.minimum_age is not null and m.age_rule <> 'advisory'),
      (2, 'proof', k.proof = 'gate'),
      (3, 'dispute', exists (
        select from payments p
          where p.showtime_id = l.showtime_id and p.reservation_id = l.reservation_id
            and p.dispute in ('open', 'lost'))),
      (4, 'wheelchair', s.features @> array['wheelchair'])) as words (place, word, applies)
    where l.reservation_id = p_reservation and l.seat_id = p_seat
$$;
