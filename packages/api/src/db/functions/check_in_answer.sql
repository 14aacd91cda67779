-- The public value of a scan, as things stand: of an entry that was not the first, with the first. A code
-- that is not known here, or belongs to another site, tells nothing of its ticket.
create or replace function check_in_answer(p_check_in uuid) returns json language sql stable as $$
  select json_build_object('id', c.id, 'result', c.result, 'type', c.type, 'at', c.scanned_at,
      'reason', c.reason, 'isForced', c.is_forced,
      'first', (
        select json_build_object('at', f.scanned_at, 'gate', f.gate, 'deviceId', f.device_id)
          from check_ins f
          where c.result = 'already_admitted'
            and f.reservation_id = c.reservation_id and f.seat_id = c.seat_id
            and f.type = 'entry' and f.result = 'admitted' and f.undone_at is null
          order by f.ended_at is not null, f.scanned_at desc limit 1),
      'reference', ticket.reference, 'seat', ticket.seat, 'ticketType', ticket.type,
      'showtime', ticket.show, 'attention', coalesce(ticket.attention, '[]'::json))
    from check_ins c
    left join lateral (
      select r.reference,
          json_build_object('id', s.id, 'rowLabel', s.row_label, 'seatNumber', s.seat_number,
            'seatType', s.seat_type) as seat,
          case when k.id is not null
            then json_build_object('id', k.id, 'code', k.code, 'name', k.name) end as type,
          json_build_object('id', t.id, 'movie', m.title, 'theater', h.name,
            'startTime', t.start_time) as show,
          ticket_attention(l.reservation_id, l.seat_id) as attention
        from reservations r
        join showtimes t on t.id = r.showtime_id
        join movies m on m.id = t.movie_id
        join theaters h on h.id = t.theater_id
        join seats s on s.id = c.seat_id
        left join reservation_seats l on l.reservation_id = r.id and l.seat_id = c.seat_id
        left join ticket_types k on k.id = l.ticket_type_id
        where r.id = c.reservation_id and c.reason is distinct from 'wrong_site') ticket on true
    where c.id = p_check_in
$$;
